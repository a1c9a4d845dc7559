#include <array>

#include "tools/server/handlers.h"
#include "tools/server/route.h"
#include "tools/server/schemas.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using enum TokenRole;

using media::json;
using media::ndjson;

constexpr std::array only_json{json};
constexpr std::array line_answers{ndjson, media::capnp};
constexpr std::array frame_answers{media::capnp, ndjson};
constexpr std::array only_text{media::text};
constexpr std::array only_lines{ndjson};
constexpr std::array row_forms{json, ndjson, media::csv};
constexpr std::array event_forms{ndjson, media::event_stream, media::capnp};

constexpr std::size_t redemption_bytes_max = std::size_t{4} << 10;

constexpr std::string_view time_form = R"({"anyOf":[{"type":"string","format":"date-time"},{"type":"string","format":"date"}]})";
constexpr std::string_view position_form = R"({"type":"integer","minimum":0})";
constexpr std::string_view rows_form = R"({"type":"integer","minimum":1,"maximum":1000})";
constexpr std::string_view lines_form = R"({"type":"integer","minimum":1,"maximum":10000})";
constexpr std::string_view pid_sl_form = R"({"type":"string","pattern":"^[0-9]{9} ?[A-Za-z]$"})";
constexpr std::string_view username_form = R"({"type":"string","minLength":1,"maxLength":256})";
constexpr std::string_view flag_form = R"({"type":"boolean"})";
constexpr std::string_view id_form = R"({"type":"string","minLength":1,"maxLength":64})";
constexpr std::string_view etag_form = R"({"type":"string","pattern":"^\"[0-9]+\"$"})";

constexpr std::array<std::string_view, 2> row_headers{"Muniment-True-Of", "Muniment-Incomplete"};
constexpr std::array<std::string_view, 2> event_headers{"Muniment-True-Of", "Link"};
constexpr std::array<std::string_view, 1> version_headers{"ETag"};
constexpr std::array<Parameter, 2> command_headers{
    {{"Idempotency-Key", "Of one command in JSON: its id, where the body has none.", id_form},
     {"If-Match", "The same: the ETag that the account must have, or else the provider.", etag_form}}};
constexpr std::array<Parameter, 1> redemption_headers{{{"Idempotency-Key", "The command id.", id_form, true}}};
constexpr std::array<Parameter, 1> event_headers_taken{
    {{"Last-Event-ID", "Of Server-Sent Events: the position of the last one that was seen.", position_form}}};

constexpr Parameter wait_for{"wait_for", "A position: the answer waits until the views have taken it in.", position_form};
constexpr Parameter at{"at", "What had taken effect by then: a time, or a date.", time_form};
constexpr Parameter recorded_at{"recorded_at", "As it was known then: a time, or a date.", time_form};
constexpr Parameter position{"position", "As it was known at that position of the log.", position_form};
constexpr Parameter limit{"limit", "Rows at most, 1 to 1000; without it, 100. Not for a whole answer, in NDJSON or CSV.", rows_form};
constexpr Parameter cursor{"cursor",
                           "`next` of the page before; the other parameters must be the same. Not for a whole answer, in NDJSON or CSV."};
constexpr Parameter provider{"provider", "A PID/SL.", pid_sl_form};

constexpr std::array<Parameter, 9> as_of_parameters{{provider,
                                                     {"user", "A username.", username_form},
                                                     {"service", "The id of a service."},
                                                     at,
                                                     recorded_at,
                                                     position,
                                                     limit,
                                                     cursor,
                                                     wait_for}};
constexpr std::array<Parameter, 9> diff_parameters{{provider,
                                                    {"user", "A username.", username_form},
                                                    {"from", "A time, or a date: the earlier moment of effective time.", time_form, true},
                                                    {"to", "The later one.", time_form, true},
                                                    recorded_at,
                                                    position,
                                                    limit,
                                                    cursor,
                                                    wait_for}};
constexpr std::array<Parameter, 8> subordinates_parameters{
    {{"last_name", "What the last name begins with, without regard to case and accents."},
     {"first_name", "The same of the first name."},
     at,
     recorded_at,
     position,
     limit,
     cursor,
     wait_for}};
constexpr std::array<Parameter, 9> roster_parameters{{provider,
                                                      {"last_name", "What the last name begins with, without regard to case and accents."},
                                                      {"first_name", "The same of the first name."},
                                                      at,
                                                      recorded_at,
                                                      position,
                                                      limit,
                                                      cursor,
                                                      wait_for}};
constexpr std::array<Parameter, 13> trail_parameters{
    {provider,
     {"user", "The username of whom it concerns.", username_form},
     {"actor", "Who did it: USERNAME, officer:NAME, submitter:NAME, outsider:NAME or node."},
     {"type", "A kind of event, such as services_assigned."},
     {"from", "Took effect then or later.", time_form},
     {"to", "Took effect then or earlier.", time_form},
     {"oldest_first", "true: in the order of time.", flag_form},
     at,
     recorded_at,
     position,
     limit,
     cursor,
     wait_for}};
constexpr std::array<Parameter, 1> wait_alone{{wait_for}};
constexpr std::array<Parameter, 3> events_parameters{
    {{"from", "The first position; without it 1, and for Server-Sent Events what comes next.", position_form},
     {"limit", "Lines at most, 1 to 10000; without it, 1000. Not for Server-Sent Events.", lines_form},
     wait_for}};

constexpr std::array<Route, 20> table{{
    {Method::get, "/healthz", {}, Scope::node, &answer_healthz, "", only_json, 0, 5s, {}, "Whether the process runs.", schemas::health},
    {Method::get,
     "/readyz",
     {},
     Scope::node,
     &answer_readyz,
     "",
     only_json,
     0,
     5s,
     {},
     "Whether the node can serve, and why not.",
     schemas::readiness},
    {Method::get, "/openapi.json", {}, Scope::node, &answer_openapi, "", only_json, 0, 5s, {}, "This description.", schemas::document},
    {Method::get,
     "/metrics",
     {OPERATOR},
     Scope::node,
     &answer_metrics,
     "",
     only_text,
     0,
     5s,
     {},
     "What the node counts, for Prometheus.",
     schemas::none},
    {Method::post,
     "/v1/clock/accept",
     {OFFICER, OPERATOR},
     Scope::node,
     &answer_accept_clock,
     "",
     only_json,
     0,
     30s,
     {},
     "Take the machine's clock as it is after a step, which is recorded; commands are taken again.",
     schemas::outcome},
    {Method::post,
     "/v1/commands",
     {ACCOUNT, OFFICER, SUBMITTER},
     Scope::act,
     &submit_command,
     json,
     only_json,
     command_line_bytes_max,
     30s,
     {},
     "Submit a command, or a batch of them, one a line; each is answered when its outcome is durable.",
     schemas::outcome,
     command_headers},
    {Method::post,
     "/v1/commands",
     {ACCOUNT, OFFICER, SUBMITTER},
     Scope::act,
     &submit_lines,
     ndjson,
     line_answers,
     0,
     60s,
     {},
     "Submit commands, one a line; an answer line for each, in order.",
     schemas::none},
    {Method::post,
     "/v1/commands",
     {ACCOUNT, OFFICER, SUBMITTER},
     Scope::act,
     &submit_frames,
     media::capnp,
     frame_answers,
     0,
     60s,
     {},
     "Submit commands as Cap'n Proto messages, one behind the other; an answer for each, in order.",
     schemas::none},
    {Method::get,
     "/v1/audit/as-of",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_as_of,
     "",
     row_forms,
     0,
     30s,
     as_of_parameters,
     "Who held what at a moment.",
     schemas::access_page,
     {},
     row_headers},
    {Method::get,
     "/v1/audit/roster",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_roster,
     "",
     row_forms,
     0,
     30s,
     roster_parameters,
     "A provider's subordinates, by name.",
     schemas::roster_page,
     {},
     row_headers},
    {Method::get,
     "/v1/audit/trail",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_trail,
     "",
     row_forms,
     0,
     30s,
     trail_parameters,
     "What happened, newest first.",
     schemas::trail_page,
     {},
     row_headers},
    {Method::get,
     "/v1/audit/diff",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_diff,
     "",
     row_forms,
     0,
     30s,
     diff_parameters,
     "What was gained and lost between two moments.",
     schemas::diff_page,
     {},
     row_headers},
    {Method::get,
     "/v1/providers/{pid_sl}",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_provider,
     "",
     only_json,
     0,
     30s,
     wait_alone,
     "A provider, its Primary User and who acts for it. Its version is the ETag.",
     schemas::provider,
     {},
     version_headers},
    {Method::get,
     "/v1/providers/{pid_sl}/subordinates",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_subordinates,
     "",
     row_forms,
     0,
     30s,
     subordinates_parameters,
     "Its subordinates, by name: the roster.",
     schemas::roster_page,
     {},
     row_headers},
    {Method::get,
     "/v1/audit/privileged",
     {OFFICER, AUDITOR},
     Scope::horizon,
     &answer_privileged,
     "",
     only_lines,
     0,
     30s,
     wait_alone,
     "Who holds privileged access to the node itself: officers, tokens, certificates, delegates.",
     schemas::none,
     {},
     row_headers},
    {Method::get,
     "/v1/accounts/{username}",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_account,
     "",
     only_json,
     0,
     30s,
     wait_alone,
     "What an account holds, and whether it can be used. Its version is the ETag.",
     schemas::account,
     {},
     version_headers},
    {Method::get,
     "/v1/events",
     {OFFICER, AUDITOR, OPERATOR},
     Scope::horizon,
     &answer_events,
     "",
     event_forms,
     0,
     30s,
     events_parameters,
     "The log, as lines; with Accept: text/event-stream, as it grows.",
     schemas::none,
     event_headers_taken,
     event_headers},
    {Method::get,
     "/v1/services",
     {ACCOUNT, OFFICER, AUDITOR, OPERATOR, SUBMITTER},
     Scope::horizon,
     &answer_services,
     "",
     only_json,
     0,
     30s,
     {},
     "The catalogue of services.",
     schemas::service_page},
    {Method::get,
     "/v1/stats",
     {OFFICER, OPERATOR},
     Scope::node,
     &answer_stats,
     "",
     only_json,
     0,
     30s,
     {},
     "What the store holds, its bytes on disk and how far its views are.",
     schemas::stats},
    {Method::post,
     "/v1/credentials/redeem",
     {SUBMITTER},
     Scope::act,
     &redeem_credential,
     json,
     only_json,
     redemption_bytes_max,
     30s,
     {},
     "Redeem the one-time credential of a reset, for the identity provider that sets the new password. It works once.",
     schemas::outcome,
     redemption_headers},
}};

}  // namespace

std::string_view name_of(Method method) { return method == Method::get ? "GET" : "POST"; }

std::span<const Route> routes() { return table; }

}  // namespace muniment
