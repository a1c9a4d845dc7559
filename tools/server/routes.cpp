#include <array>

#include "tools/scim/limits.h"
#include "tools/server/access_message.h"
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
constexpr std::array only_octets{media::octets};
constexpr std::array only_scim{media::scim};
constexpr std::array only_html{media::html};
constexpr std::array printed_forms{media::html, media::pdf};
constexpr std::array sheet_forms{json, ndjson, media::csv, media::html};  // Rows, or a sheet to print and sign.
constexpr std::array console_forms{std::string_view{"text/javascript; charset=utf-8"}, std::string_view{"text/css; charset=utf-8"},
                                   std::string_view{"image/svg+xml"}};
constexpr std::array<std::string_view, 1> cookie_headers{"Set-Cookie"};
constexpr std::array<std::string_view, 2> redirect_headers{"Location", "Set-Cookie"};
constexpr std::array export_forms{ndjson, media::fhir, media::cloudevents_batch, media::csv};
constexpr std::array event_forms{ndjson, media::event_stream, media::capnp};

constexpr std::size_t redemption_bytes_max = std::size_t{4} << 10;

constexpr std::string_view time_form = R"({"anyOf":[{"type":"string","format":"date-time"},{"type":"string","format":"date"}]})";
constexpr std::string_view position_number_form = R"({"type":"integer","minimum":0})";
constexpr std::string_view seen_form = R"({"type":"string","pattern":"^([0-9a-f]{16}-)?[0-9]+$"})";  // GENERATION-POSITION.
constexpr std::string_view rows_form = R"({"type":"integer","minimum":1,"maximum":1000})";
constexpr std::string_view lines_form = R"({"type":"integer","minimum":1,"maximum":10000})";
constexpr std::string_view pid_sl_form = R"({"type":"string","pattern":"^[0-9]{9} ?[A-Za-z]$"})";
constexpr std::string_view username_form = R"({"type":"string","minLength":1,"maxLength":256})";
constexpr std::string_view flag_form = R"({"type":"boolean"})";
constexpr std::string_view id_form = R"({"type":"string","minLength":1,"maxLength":64})";
constexpr std::string_view state_form = R"({"type":"string","enum":["open","late","closed"]})";
constexpr std::string_view number_form = R"({"type":"integer"})";
constexpr std::string_view scim_etag_form = R"({"type":"string","pattern":"^(\"[0-9]+\"|\\*)$"})";
constexpr std::string_view etag_form = R"({"type":"string","pattern":"^\"[0-9]+\"$"})";

constexpr std::array<std::string_view, 3> row_headers{"Muniment-True-Of", "Muniment-Generation", "Muniment-Incomplete"};
constexpr std::array<std::string_view, 3> event_headers{"Muniment-True-Of", "Muniment-Generation", "Link"};
constexpr std::array<std::string_view, 1> version_headers{"ETag"};
constexpr std::array<std::string_view, 2> created_headers{"ETag", "Location"};
constexpr std::array<std::string_view, 1> outcome_headers{"Muniment-Generation"};
constexpr std::array<Parameter, 2> command_headers{
    {{"Idempotency-Key", "Of one command in JSON: its id, where the body has none.", id_form},
     {"If-Match",
      "The same: the ETag that the account must have, or else the provider; of a new Primary User the provider. Not for what has none.",
      etag_form}}};
constexpr std::array<Parameter, 1> redemption_headers{{{"Idempotency-Key", "The command id.", id_form, true}}};
constexpr std::array<Parameter, 1> event_headers_taken{
    {{"Last-Event-ID", "Of Server-Sent Events: the id of the last one that was seen.", seen_form}}};

constexpr Parameter wait_for{"wait_for", "A position: the answer waits until the views have taken it in.", seen_form};
constexpr Parameter at{"at", "What had taken effect by then: a time, or a date.", time_form};
constexpr Parameter recorded_at{"recorded_at", "As it was known then: a time, or a date.", time_form};
constexpr Parameter position{"position", "As it was known at that position of the log.", position_number_form};
constexpr Parameter limit{"limit", "Rows at most, 1 to 1000; without it, 100. Not for a whole answer, in NDJSON or CSV.", rows_form};
constexpr Parameter cursor{"cursor",
                           "`next` of the page before; the other parameters must be the same. Not for a whole answer, in NDJSON or CSV."};
constexpr Parameter provider{"provider", "A PID/SL.", pid_sl_form};

constexpr std::array<Parameter, 1> begin_parameters{
    {{"identity_provider", "One of those that /v1/sign-in names.", R"({"type":"string"})", true}}};
// As the provider's redirect has them; it may have others too (RFC 6749, 4.1.2).
constexpr std::array<Parameter, 4> finish_parameters{{{"code", "What the provider gives a token for."},
                                                      {"state", "As it was sent there."},
                                                      {"iss", "The provider's issuer (RFC 9207)."},
                                                      {"error", "Why there is no code."}}};

constexpr std::array<Parameter, 9> as_of_parameters{{provider,
                                                     {"user", "A username.", username_form},
                                                     {"service", "The id of a service."},
                                                     at,
                                                     recorded_at,
                                                     position,
                                                     limit,
                                                     cursor,
                                                     wait_for}};
// A person's services are one page.
constexpr std::array<Parameter, 6> intervals_parameters{
    {provider, {"user", "A username.", username_form, true}, at, recorded_at, position, wait_for}};
constexpr std::array<Parameter, 9> states_parameters{{provider,
                                                      {"user", "A username.", username_form},
                                                      {"state", "One of them alone.", R"({"enum":["locked","disabled","terminated"]})"},
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
constexpr std::array<Parameter, 15> trail_parameters{
    {provider,
     {"user", "The username of whom it concerns.", username_form},
     {"actor", "Who did it: USERNAME, officer:NAME, submitter:NAME, outsider:NAME or node."},
     {"type", "A kind of event, such as services_assigned."},
     {"from", "Took effect then or later.", time_form},
     {"to", "Took effect then or earlier.", time_form},
     {"not_type", "Kinds of events to leave out, with commas between them."},
     {"oldest_first", "true: in the order of time.", flag_form},
     {"refusal", "Attempts that were refused for that alone, such as not_administrator."},
     at,
     recorded_at,
     position,
     limit,
     cursor,
     wait_for}};
constexpr Parameter export_format{"format", "What it is exported as: docs/exports.md.",
                                  R"({"enum":["ocsf","fhir","cloudevents","cloudevents-batch","csv","ndjson"]})", true};
constexpr std::array<Parameter, 12> export_parameters{{export_format, trail_parameters[0], trail_parameters[1], trail_parameters[2],
                                                       trail_parameters[3], trail_parameters[4], trail_parameters[5], trail_parameters[6],
                                                       at, recorded_at, position, wait_for}};
constexpr std::array<Parameter, 11> histogram_parameters{{trail_parameters[0], trail_parameters[1], trail_parameters[2],
                                                          trail_parameters[3], trail_parameters[4], trail_parameters[5],
                                                          trail_parameters[6], at, recorded_at, position, wait_for}};
constexpr Parameter since{"since", "Those too that were seen then or later and have ended: a time, or a date.", time_form};
constexpr Parameter rule{"rule", "The id of a rule, such as no_backup."};
constexpr std::array<Parameter, 9> findings_parameters{{provider, rule, since, at, recorded_at, position, limit, cursor, wait_for}};
constexpr std::array<Parameter, 7> rules_parameters{{provider, rule, since, at, recorded_at, position, wait_for}};
constexpr std::array<Parameter, 10> report_parameters{{provider,
                                                       trail_parameters[1],
                                                       {"from", "Of the timeline and the findings: then or later.", time_form},
                                                       {"to", "Then or earlier.", time_form},
                                                       {"zone", "The IANA time zone in which times are shown; without it UTC."},
                                                       {"preparer", "The name that stands under it; without it a line to write on."},
                                                       at,
                                                       recorded_at,
                                                       position,
                                                       wait_for}};
constexpr std::array<Parameter, 8> reviews_parameters{{provider,
                                                       {"state", "Those that are late are not among the open ones.", state_form},
                                                       at,
                                                       recorded_at,
                                                       position,
                                                       limit,
                                                       cursor,
                                                       wait_for}};
constexpr std::array<Parameter, 7> review_parameters{{provider, at, recorded_at, position, limit, cursor, wait_for}};
constexpr std::array<Parameter, 4> record_parameters{{at, recorded_at, position, wait_for}};
// A person's links are one page.
constexpr std::array<Parameter, 5> leaver_parameters{
    {{"user", "The username of who left.", username_form, true}, at, recorded_at, position, wait_for}};
constexpr std::array<Parameter, 8> attestation_parameters{{provider,
                                                           {"since", "Attestations then or later alone: a time, or a date.", time_form},
                                                           at,
                                                           recorded_at,
                                                           position,
                                                           limit,
                                                           cursor,
                                                           wait_for}};
constexpr std::array<Parameter, 1> wait_alone{{wait_for}};
constexpr std::array<Parameter, 4> moment_alone{{at, recorded_at, position, wait_for}};
constexpr std::array<Parameter, 3> events_parameters{
    {{"from", "The first position; without it 1, and for Server-Sent Events what comes next.", position_number_form},
     {"limit", "Lines at most, 1 to 10000; without it, 1000. Not for Server-Sent Events.", lines_form},
     wait_for}};

constexpr Parameter acting_for{"Muniment-Actor", "Of a submitter: the administrator that it acts for.", username_form};
constexpr std::array<Parameter, 1> scim_headers{{acting_for}};
constexpr Parameter scim_key{"Idempotency-Key", "What the ids of its commands are made of.", id_form};
constexpr std::array<Parameter, 2> scim_change_headers{{acting_for, scim_key}};
constexpr std::array<Parameter, 3> scim_versioned_headers{
    {acting_for, scim_key, {"If-Match", "The ETag that the User must have.", scim_etag_form}}};
constexpr Parameter scim_provider{"provider", "The PID/SL that it is about, where the caller sees several.", pid_sl_form};
constexpr Parameter attributes{"attributes", "Those to answer with: names, with commas between them."};
constexpr Parameter excluded_attributes{"excludedAttributes", "Those to leave out."};
constexpr std::array<Parameter, 3> scim_parameters{{scim_provider, attributes, excluded_attributes}};
constexpr std::array<Parameter, 1> scim_bulk_parameters{{scim_provider}};
constexpr std::array<Parameter, 8> scim_list_parameters{{scim_provider,
                                                         attributes,
                                                         excluded_attributes,
                                                         {"filter", "RFC 7644, 3.4.2.2."},
                                                         {"startIndex", "The first one, counted from 1.", number_form},
                                                         {"count", "So many at most; without it 100.", number_form},
                                                         {"sortBy", "Not looked at: resources come in the order of their ids."},
                                                         {"sortOrder", "Not looked at."}}};

constexpr Roles askers{ACCOUNT, OFFICER, AUDITOR};
constexpr Roles readers_of_log{OFFICER, AUDITOR, OPERATOR};
constexpr Roles people{ACCOUNT, OFFICER, AUDITOR, OPERATOR};

// About the node itself, for whoever asks.
constexpr Route open(std::string_view path, AskHandler handler, std::string_view schema, std::string_view summary) {
  return {.path = path, .handler = handler, .gives = only_json, .time_max = 5s, .summary = summary, .schema = schema, .is_prompt = true};
}

// Of the web console, for whoever asks.
constexpr Route page(std::string_view path, AskHandler handler, std::span<const std::string_view> gives, std::string_view summary) {
  return {.path = path, .handler = handler, .gives = gives, .summary = summary};
}

// Of a browser that signs in or out.
constexpr Route session(std::string_view path, AskHandler handler, std::string_view schema, std::string_view summary) {
  return {.method = Method::post,
          .path = path,
          .roles = people,
          .scope = Scope::horizon,
          .handler = handler,
          .gives = only_json,
          .summary = summary,
          .schema = schema,
          .headers_given = cookie_headers};
}

// What the caller may see of it.
constexpr Route question(std::string_view path, AskHandler handler, std::span<const std::string_view> gives,
                         std::span<const Parameter> parameters, std::span<const std::string_view> headers_given, std::string_view schema,
                         std::string_view summary, Roles roles = askers, std::span<const Parameter> headers_taken = {}) {
  return {.path = path,
          .roles = roles,
          .scope = Scope::horizon,
          .handler = handler,
          .gives = gives,
          .parameters = parameters,
          .summary = summary,
          .schema = schema,
          .headers_taken = headers_taken,
          .headers_given = headers_given};
}

// Whose answer takes longer to make.
constexpr Route waiting(Route route, std::chrono::milliseconds time_max) {
  route.time_max = time_max;
  return route;
}

constexpr Route batch(std::string_view takes, std::span<const std::string_view> gives, BatchHandler handler, std::string_view summary) {
  return {.method = Method::post,
          .path = "/v1/commands",
          .roles = {ACCOUNT, OFFICER, SUBMITTER},
          .scope = Scope::act,
          .handler = handler,
          .takes = takes,
          .gives = gives,
          .time_max = 60s,
          .summary = summary,
          .headers_given = outcome_headers};
}

// Answered when the backup is made, which takes as long as there is to copy.
constexpr Route backup(std::string_view path, JobHandler handler, std::string_view schema, std::string_view summary) {
  return {.method = Method::post,
          .path = path,
          .roles = {OPERATOR},
          .handler = handler,
          .gives = only_json,
          .time_max = 6h,
          .summary = summary,
          .schema = schema};
}

// Of what an identity provider asks or changes. Whoever it acts for says what it may.
constexpr Route scim_route(Method method, std::string_view path, AskHandler handler, std::span<const Parameter> parameters,
                           std::string_view summary) {
  const bool is_change = method != Method::get;
  const bool has_body = is_change && method != Method::remove;
  const bool is_versioned = is_change && method != Method::post && !path.starts_with("/scim/v2/Groups");
  return {.method = method,
          .path = path,
          .roles = {ACCOUNT, OFFICER, SUBMITTER},
          .scope = is_change ? Scope::act : Scope::horizon,
          .handler = handler,
          .takes = has_body ? media::scim : std::string_view{},
          .gives = only_scim,
          .body_max = has_body ? command_line_bytes_max : 0,
          .parameters = parameters,
          .summary = summary,
          .status_done = method == Method::post     ? 201U
                         : method == Method::remove ? 204U
                                                    : 200U,
          .headers_taken = is_versioned ? std::span<const Parameter>{scim_versioned_headers}
                           : is_change  ? std::span<const Parameter>{scim_change_headers}
                                        : std::span<const Parameter>{scim_headers},
          .headers_given = method == Method::post ? std::span<const std::string_view>{created_headers}
                                                  : std::span<const std::string_view>{version_headers}};
}

// What is asked by a body, because a filter may be long, and because a query stands in the logs of proxies (RFC 7644, 3.4.3).
constexpr Route scim_search(std::string_view path, AskHandler handler, std::string_view summary) {
  Route route = scim_route(Method::post, path, handler, scim_bulk_parameters, summary);
  route.scope = Scope::horizon;
  route.status_done = 200;
  route.headers_taken = scim_headers;
  route.headers_given = {};
  return route;
}

// Of the account that asks: every answer has its permanent location.
constexpr Route scim_me(Method method, AskHandler handler, std::string_view summary) {
  Route route = scim_route(method, "/scim/v2/Me", handler, scim_parameters, summary);
  route.headers_given = created_headers;
  return route;
}

constexpr Route scim_bulk{.method = Method::post,
                          .path = "/scim/v2/Bulk",
                          .roles = {ACCOUNT, OFFICER, SUBMITTER},
                          .scope = Scope::act,
                          .handler = &submit_scim_bulk,
                          .takes = media::scim,
                          .gives = only_scim,
                          .body_max = scim::bulk_bytes_max,
                          .time_max = 60s,
                          .parameters = scim_bulk_parameters,
                          .summary = "SCIM: several changes, one after another.",
                          .headers_taken = scim_change_headers};

constexpr std::array table{
    open("/healthz", &answer_healthz, schemas::health, "Whether the process runs."),
    open("/readyz", &answer_readyz, schemas::readiness, "Whether the node can serve, and why not."),
    open("/openapi.json", &answer_openapi, schemas::document, "This description."),
    Route{.path = "/metrics",
          .roles = {OPERATOR},
          .handler = &answer_metrics,
          .gives = only_text,
          .time_max = 5s,
          .summary = "What the node counts, for Prometheus.",
          .is_prompt = true},
    Route{.method = Method::post,
          .path = "/v1/clock/accept",
          .roles = {OFFICER, OPERATOR},
          .handler = &answer_accept_clock,
          .gives = only_json,
          .summary = "Take the machine's clock as it is after a step, which is recorded; commands are taken again.",
          .schema = schemas::outcome},
    backup("/v1/backups/log", &ask_log_backup, schemas::log_backup,
           "Back the log up now, into the folder that the configuration names; answered when the backup is durable."),
    backup("/v1/backups/vault", &ask_vault_backup, schemas::vault_backup,
           "Back the vault up now, into the folder that the configuration names; answered when the backup is durable."),
    Route{.method = Method::post,
          .path = "/v1/nodes/access",
          .roles = {NODE},
          .handler = &record_access,
          .takes = media::capnp,
          .gives = only_json,
          .body_max = access_message_bytes_max,
          .summary = "Of a standby: who read there, and who was not let in, to be recorded."},
    Route{.method = Method::post,
          .path = "/v1/commands",
          .roles = {ACCOUNT, OFFICER, AUDITOR, SUBMITTER},
          .scope = Scope::act,
          .handler = &submit_command,
          .takes = json,
          .gives = only_json,
          .body_max = command_line_bytes_max,
          .summary = "Submit a command, or a batch of them, one a line; each is answered when its outcome is durable.",
          .schema = schemas::outcome,
          .headers_taken = command_headers,
          .headers_given = outcome_headers},
    batch(ndjson, line_answers, &submit_lines, "Submit commands, one a line; an answer line for each, in order."),
    batch(media::capnp, frame_answers, &submit_frames,
          "Submit commands as Cap'n Proto messages, one behind the other; an answer for each, in order."),
    question("/v1/audit/as-of", &answer_as_of, row_forms, as_of_parameters, row_headers, schemas::access_page,
             "Who held what at a moment."),
    question("/v1/audit/roster", &answer_roster, row_forms, roster_parameters, row_headers, schemas::roster_page,
             "A provider's subordinates, by name."),
    question("/v1/audit/trail", &answer_trail, row_forms, trail_parameters, row_headers, schemas::trail_page,
             "What happened, newest first."),
    question("/v1/audit/trail/histogram", &answer_trail_histogram, row_forms, histogram_parameters, row_headers, schemas::histogram,
             "How much happened, by period of time: over the whole of what the trail would answer."),
    question("/v1/audit/diff", &answer_diff, row_forms, diff_parameters, row_headers, schemas::diff_page,
             "What was gained and lost between two moments."),
    question("/v1/audit/intervals", &answer_intervals, row_forms, intervals_parameters, row_headers, schemas::interval_page,
             "From when until when an account held each service, and who granted and ended it."),
    question("/v1/audit/states", &answer_states, row_forms, states_parameters, row_headers, schemas::state_page,
             "When accounts were locked, disabled or terminated: from when until when, by whom and why."),
    question("/v1/audit/findings", &answer_findings, row_forms, findings_parameters, row_headers, schemas::finding_page,
             "What the rules of the auditor's desk have found, as intervals of time with their evidence."),
    question("/v1/audit/rules", &answer_rules, row_forms, rules_parameters, row_headers, schemas::rule_page,
             "The rules, which requirement each helps to examine, and how many findings of each are open."),
    question(trail_export_path, &answer_trail_export, export_forms, export_parameters, row_headers, schemas::none,
             "What happened, oldest first, in the format of a security team's, a hospital's or an auditor's tools."),
    waiting(question(report_path, &answer_report, printed_forms, report_parameters, row_headers, schemas::none,
                     "A provider's or an account's access, timeline and findings, as a page to print and sign, or printed.",
                     {OFFICER, AUDITOR}),
            90s),
    question("/v1/providers/{pid_sl}", &answer_provider, only_json, wait_alone, version_headers, schemas::provider,
             "A provider, its Primary User and who acts for it. Its version is the ETag."),
    question("/v1/providers/{pid_sl}/subordinates", &answer_subordinates, row_forms, subordinates_parameters, row_headers,
             schemas::roster_page, "Its subordinates, by name: the roster."),
    question("/v1/audit/privileged", &answer_privileged, only_lines, record_parameters, row_headers, schemas::none,
             "Who holds privileged access to the node itself: officers, tokens, certificates, delegates.", {OFFICER, AUDITOR}),
    question("/v1/audit/reviews", &answer_reviews, row_forms, reviews_parameters, row_headers, schemas::review_page,
             "Reviews of access: due, late and closed, and what was decided."),
    question("/v1/audit/reviews/{review}", &answer_review, sheet_forms, review_parameters, row_headers, schemas::review_item_page,
             "A review's people: who reviews them, what was decided, and how long a revocation then took."),
    question("/v1/audit/policies", &answer_policies, row_forms, record_parameters, row_headers, schemas::policy_page,
             "What each change of policy changed: before and after.", {OFFICER, AUDITOR}),
    question("/v1/audit/retention", &answer_retention, row_forms, record_parameters, row_headers, schemas::retention_page,
             "How long what is recorded is kept, and what is on hold.", {OFFICER, AUDITOR}),
    question("/v1/audit/gaps", &answer_gaps, row_forms, record_parameters, row_headers, schemas::gap_page,
             "The extent of the record, what no witness has seen of it, and when it was restored, imported to, or its clock stepped.",
             {OFFICER, AUDITOR}),
    question("/v1/audit/leaver", &answer_leaver, row_forms, leaver_parameters, row_headers, schemas::leaver_page,
             "Every link of somebody who was reported as having left, who may end it, and how long it took."),
    question("/v1/audit/attestation", &answer_attestation, sheet_forms, attestation_parameters, row_headers, schemas::attestation_page,
             "A provider's roster, person by person, with what its Primary User has confirmed."),
    question("/v1/accounts/{username}", &answer_account, only_json, wait_alone, version_headers, schemas::account,
             "What an account holds, and whether it can be used. Its version is the ETag."),
    question("/v1/events", &answer_events, event_forms, events_parameters, event_headers, schemas::none,
             "The log, as lines; with Accept: text/event-stream, as it grows.", readers_of_log, event_headers_taken),
    Route{.path = "/log/checkpoint",
          .roles = readers_of_log,
          .handler = &answer_log_checkpoint,
          .gives = only_text,
          .time_max = 5s,
          .summary = "The newest checkpoint that the log signed (c2sp.org/tlog-tiles)."},
    Route{
        .path = "/log/log.vkey",
        .roles = readers_of_log,
        .handler = &answer_log_key,
        .gives = only_text,
        .time_max = 5s,
        .summary = "The key that the log signs with, as a verifier key of signed notes. Whoever checks the log has it from elsewhere too."},
    Route{.path = "/log/rotations",
          .roles = readers_of_log,
          .handler = &answer_log_rotations,
          .gives = only_text,
          .summary = "What leads from each key of the log to the one that took its place: the names of the files, a line each."},
    Route{.path = "/log/rotations/{file}",
          .roles = readers_of_log,
          .handler = &answer_log_rotation,
          .gives = only_octets,
          .summary = "The record that names a new key of the log, or its proof in the first checkpoint that both keys signed."},
    Route{.path = "/log/tile/entries/{bundle}",
          .roles = readers_of_log,
          .scope = Scope::horizon,
          .handler = &answer_log_entries,
          .gives = only_octets,
          .summary = "The exact records under a tile, each with its size before it; for who sees everything.",
          .is_deep = true},
    Route{.path = "/log/tile/{tile}",
          .roles = readers_of_log,
          .handler = &answer_log_tile,
          .gives = only_octets,
          .summary = "Hashes of the log's tree.",
          .is_deep = true},
    question("/v1/services", &answer_services, only_json, moment_alone, outcome_headers, schemas::service_page,
             "The catalogue of services.", {ACCOUNT, OFFICER, AUDITOR, OPERATOR, SUBMITTER}),
    Route{.path = "/v1/stats",
          .roles = {OFFICER, OPERATOR},
          .handler = &answer_stats,
          .gives = only_json,
          .parameters = wait_alone,
          .summary = "What the store holds, its bytes on disk and how far its views are.",
          .schema = schemas::stats},
    question("/v1/accounts/{username}/profile", &answer_profile, only_json, wait_alone, version_headers, schemas::profile,
             "What the agency or the account's home may change of a person. The account's version is the ETag.", {ACCOUNT, OFFICER}),
    question("/v1/session", &answer_session, only_json, wait_alone, {}, schemas::session,
             "Who calls, what it administers, and how long its session lasts.", people),
    session("/v1/session", &open_session, schemas::session, "Sign in: a token, for a session that a cookie names."),
    session("/v1/session/end", &end_session, schemas::signed_out, "Sign out."),
    open("/v1/sign-in", &answer_sign_in, schemas::sign_in, "The identity providers with which people sign in to the console."),
    Route{.path = "/console/sign-in",
          .handler = &begin_sign_in,
          .gives = only_html,
          .parameters = begin_parameters,
          .summary = "Sends a browser to an identity provider to sign in.",
          .status_done = 303,
          .headers_given = redirect_headers},
    Route{.path = "/console/signed-in",
          .handler = &finish_sign_in,
          .gives = only_html,
          .parameters = finish_parameters,
          .summary = "Where the identity provider sends it back: a session, and on to the console, which tells what went wrong.",
          .status_done = 303,
          .headers_given = redirect_headers,
          .ignores_others = true},
    page("/console", &answer_console, only_html, "The web console."),
    page("/console/assets/{file}", &answer_console_asset, console_forms, "What it is made of."),
    Route{.method = Method::post,
          .path = "/v1/credentials/redeem",
          .roles = {SUBMITTER},
          .scope = Scope::act,
          .handler = &redeem_credential,
          .takes = json,
          .gives = only_json,
          .body_max = redemption_bytes_max,
          .summary = "Redeem the one-time credential of a reset, for the identity provider that sets the new password. It works once.",
          .schema = schemas::outcome,
          .headers_taken = redemption_headers,
          .headers_given = outcome_headers},
    scim_route(Method::get, "/scim/v2/ServiceProviderConfig", &answer_scim_config, {}, "SCIM: what the service can do."),
    scim_route(Method::get, "/scim/v2/ResourceTypes", &answer_scim_resource_types, {}, "SCIM: the kinds of resources."),
    scim_route(Method::get, "/scim/v2/ResourceTypes/{name}", &answer_scim_resource_type, {}, "SCIM: one of them."),
    scim_route(Method::get, "/scim/v2/Schemas", &answer_scim_schemas, {}, "SCIM: the attributes of resources."),
    scim_route(Method::get, "/scim/v2/Schemas/{urn}", &answer_scim_schema, {}, "SCIM: those of one schema."),
    scim_route(Method::get, "/scim/v2/Users", &answer_scim_users, scim_list_parameters, "SCIM: accounts of the caller's providers."),
    scim_route(Method::post, "/scim/v2/Users", &create_scim_user, scim_parameters, "SCIM: create a subordinate account."),
    scim_route(Method::get, "/scim/v2/Users/{username}", &answer_scim_user, scim_parameters, "SCIM: an account. Its version is the ETag."),
    scim_route(Method::put, "/scim/v2/Users/{username}", &replace_scim_user, scim_parameters,
               "SCIM: update an account; what is left out stays."),
    scim_route(Method::patch, "/scim/v2/Users/{username}", &patch_scim_user, scim_parameters, "SCIM: change some of an account."),
    scim_route(Method::remove, "/scim/v2/Users/{username}", &remove_scim_user, scim_parameters, "SCIM: remove an account from a provider."),
    scim_route(Method::get, "/scim/v2/Groups", &answer_scim_groups, scim_list_parameters, "SCIM: services at the caller's providers."),
    scim_route(Method::get, "/scim/v2/Groups/{group}", &answer_scim_group, scim_parameters, "SCIM: who holds a service at a provider."),
    scim_route(Method::put, "/scim/v2/Groups/{group}", &replace_scim_group, scim_parameters, "SCIM: who shall hold it."),
    scim_route(Method::patch, "/scim/v2/Groups/{group}", &patch_scim_group, scim_parameters,
               "SCIM: who shall hold it besides, or no longer."),
    scim_search("/scim/v2/Users/.search", &search_scim_users, "SCIM: accounts, by a SearchRequest."),
    scim_search("/scim/v2/Groups/.search", &search_scim_groups, "SCIM: services, by a SearchRequest."),
    scim_search("/scim/v2/.search", &search_scim, "SCIM: both of them, accounts first."),
    scim_me(Method::get, &answer_scim_me, "SCIM: the account that asks. Its version is the ETag."),
    scim_me(Method::put, &replace_scim_me, "SCIM: as the same of its User."),
    scim_me(Method::patch, &patch_scim_me, "SCIM: as the same of its User."),
    scim_me(Method::remove, &remove_scim_me, "SCIM: as the same of its User."),
    scim_bulk,
};

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::remove:
      return "DELETE";
  }
  return {};
}

std::span<const Route> routes() { return table; }

bool needs_sequencer(const Route& route) {
  if (route.scope == Scope::act || route.path.starts_with("/scim/")) return true;
  if (const auto* const ask = std::get_if<AskHandler>(&route.handler))
    return *ask == &answer_accept_clock || *ask == &record_access || *ask == &answer_trail_export || *ask == &answer_report ||
           *ask == &answer_profile;
  // The other jobs are of signing in, and whoever signs in here has a session here.
  const auto* const job = std::get_if<JobHandler>(&route.handler);
  return job != nullptr && (*job == &ask_log_backup || *job == &ask_vault_backup);
}

}  // namespace muniment
