#include <array>

#include "tools/server/handlers.h"
#include "tools/server/route.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using enum TokenRole;

constexpr std::string_view json = "application/json";
constexpr std::string_view ndjson = "application/x-ndjson";
constexpr std::string_view text = "text/plain";
constexpr std::size_t command_bytes_max = std::size_t{1} << 20;

constexpr Parameter wait_for{"wait_for", "A position: the answer waits until the views have taken it in."};
constexpr Parameter at{"at", "What had taken effect by then: a time, or a date."};
constexpr Parameter recorded_at{"recorded_at", "As it was known then: a time, or a date."};
constexpr Parameter position{"position", "As it was known at that position of the log."};
constexpr Parameter limit{"limit", "Rows at most, 1 to 1000; without it, 100."};
constexpr Parameter cursor{"cursor", "`next` of the page before; the other parameters must be the same."};
constexpr Parameter provider{"provider", "A PID/SL."};

constexpr std::array<Parameter, 9> as_of_parameters{
    {provider, {"user", "A username."}, {"service", "The id of a service."}, at, recorded_at, position, limit, cursor, wait_for}};
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
     {"user", "The username of whom it concerns."},
     {"actor", "Who did it: USERNAME, officer:NAME, submitter:NAME, outsider:NAME or node."},
     {"type", "A kind of event, such as services_assigned."},
     {"from", "Took effect then or later."},
     {"to", "Took effect then or earlier."},
     {"oldest_first", "true: in the order of time."},
     at,
     recorded_at,
     position,
     limit,
     cursor,
     wait_for}};
constexpr std::array<Parameter, 1> wait_alone{{wait_for}};
constexpr std::array<Parameter, 3> events_parameters{
    {{"from", "The first position; without it 1, and for Server-Sent Events what comes next."},
     {"limit", "Lines at most, 1 to 10000; without it, 1000. Not for Server-Sent Events."},
     wait_for}};

constexpr std::array<Route, 13> table{{
    {Method::get, "/healthz", {}, Scope::node, &answer_healthz, "", json, 0, 5s, {}, "Whether the process runs."},
    {Method::get, "/readyz", {}, Scope::node, &answer_readyz, "", json, 0, 5s, {}, "Whether the node can serve, and why not."},
    {Method::get, "/openapi.json", {}, Scope::node, &answer_openapi, "", json, 0, 5s, {}, "This description."},
    {Method::get, "/metrics", {OPERATOR}, Scope::node, &answer_metrics, "", text, 0, 5s, {}, "What the node counts, for Prometheus."},
    {Method::post,
     "/v1/clock/accept",
     {OFFICER, OPERATOR},
     Scope::node,
     &answer_accept_clock,
     "",
     json,
     0,
     30s,
     {},
     "Take the machine's clock as it is after a step, which is recorded; commands are taken again."},
    {Method::post,
     "/v1/commands",
     {ACCOUNT, OFFICER, SUBMITTER},
     Scope::act,
     &submit_command,
     json,
     json,
     command_bytes_max,
     30s,
     {},
     "Submit a command, or a batch of them, one a line; each is answered when its outcome is durable."},
    {Method::post,
     "/v1/commands",
     {ACCOUNT, OFFICER, SUBMITTER},
     Scope::act,
     &submit_batch,
     ndjson,
     ndjson,
     0,
     60s,
     {},
     "Submit commands, one a line; an answer line for each, in order."},
    {Method::get,
     "/v1/audit/as-of",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_as_of,
     "",
     json,
     0,
     30s,
     as_of_parameters,
     "Who held what at a moment."},
    {Method::get,
     "/v1/audit/roster",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_roster,
     "",
     json,
     0,
     30s,
     roster_parameters,
     "A provider's subordinates, by name."},
    {Method::get,
     "/v1/audit/trail",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_trail,
     "",
     json,
     0,
     30s,
     trail_parameters,
     "What happened, newest first."},
    {Method::get,
     "/v1/audit/privileged",
     {OFFICER, AUDITOR},
     Scope::horizon,
     &answer_privileged,
     "",
     ndjson,
     0,
     30s,
     wait_alone,
     "Who holds privileged access to the node itself: officers, tokens, certificates, delegates."},
    {Method::get,
     "/v1/accounts/{username}",
     {ACCOUNT, OFFICER, AUDITOR},
     Scope::horizon,
     &answer_account,
     "",
     json,
     0,
     30s,
     wait_alone,
     "What an account holds, and whether it can be used. Its version is the ETag."},
    {Method::get,
     "/v1/events",
     {OFFICER, AUDITOR, OPERATOR},
     Scope::horizon,
     &answer_events,
     "",
     ndjson,
     0,
     30s,
     events_parameters,
     "The log, as lines; with Accept: text/event-stream, as it grows."},
}};

}  // namespace

std::string_view name_of(Method method) { return method == Method::get ? "GET" : "POST"; }

std::span<const Route> routes() { return table; }

}  // namespace muniment
