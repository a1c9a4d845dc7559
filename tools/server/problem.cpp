#include "tools/server/problem.h"

#include <algorithm>
#include <array>

#include "tools/wire/answer_line.h"
#include "tools/wire/cell.h"

namespace muniment {
namespace {

constexpr std::string_view type_prefix = "https://muniment.example/problems/";
constexpr std::chrono::seconds retry_after_mending{30};  // Somebody has to do something first.

constexpr std::array<ProblemEntry, 38> entries{{
    {problem::malformed, 400, "The request is not well-formed; `field` and `detail` say where and what is expected."},
    {problem::parameter_unknown, 400, "The route has no such parameter, or it was given twice; docs/server.md lists them."},
    {problem::token_missing, 401, "A token is needed: Authorization: Bearer TOKEN."},
    {problem::token_invalid, 401, "The token is none, or was revoked, or has expired; ask for another."},
    {problem::certificate_unknown, 401, "The certificate is not registered, or was revoked, or has expired; have it registered."},
    {problem::session_ended, 401, "The session has ended; sign in again."},
    {problem::role_denied, 403, "Tokens of this role may not do this."},
    {problem::outside_scope, 403, "The caller may not look there."},
    {problem::provider_required, 403, "The caller may look at some providers only; name one of them."},
    {problem::route_unknown, 404, "There is nothing under this path; /openapi.json lists what there is."},
    {problem::not_known, 404, "Nothing of this name is known to the caller; check the spelling."},
    {problem::position_not_reached, 404, "The log has no such position yet."},
    {problem::backup_not_configured, 404, "The node's configuration names no folder for such backups; name one in its section [backup]."},
    {problem::method_not_allowed, 405, "The path has no such method; `Allow` lists those it has."},
    {problem::timed_out, 408, "Nothing more came for too long; send the rest in another batch."},
    {problem::history_changed, 410,
     "The log was put back from a backup, and other events stand now behind what was seen; begin again at `restart_from`."},
    {problem::body_too_large, 413, "The body is larger than the route takes; a batch has no limit but that of its lines."},
    {problem::media_type_unsupported, 415, "The route does not take this Content-Type, or a body in a Content-Encoding."},
    {problem::header_too_large, 431, "The header is larger than the node takes."},
    {problem::ask_the_sequencer, 421,
     "This node is a standby and cannot pass on who calls in this way; ask the node that `Location` names, or call with a token."},
    {problem::rate_exceeded, 429, "So much at a time is not taken; send it again after the time that Retry-After says."},
    {problem::quota_exceeded, 429, "The token's quota of the day is used up; it begins anew at midnight, UTC."},
    {problem::too_much_to_print, 422, "The page would be too long; narrow the question, or take it as rows."},
    {problem::internal_error, 500, "The node could not do it; its log says why, under the request's id."},
    {problem::log_unreadable, 500, "What the log has of it cannot be read; nothing was recorded, and the node's operator is told."},
    {problem::backup_failed, 500, "The backup could not be made; `detail` says why."},
    {problem::overloaded, 503, "The node has as much to do as it can take; send it again after a while."},
    {problem::not_in_time, 503,
     "The answer takes longer than the route's time; narrow the question, or ask again when there is less to do."},
    {problem::stopping, 503, "The node is stopping; send it again when it runs."},
    {problem::not_caught_up, 503, "The views have not taken in that position yet; ask again."},
    {problem::outcome_unknown, 503, "Whether it was recorded is not known; send it again under the same command id."},
    {problem::tokens_unreadable, 503, "The node cannot read its tokens and lets nobody in; its operator must mend that."},
    {problem::disk_reserve, 503, "The node keeps the rest of its disk and takes no commands until there is room; send it again later."},
    {problem::clock_stepped, 503, "The node's clock has stepped and it takes no commands until that is accepted; send it again later."},
    {problem::identity_provider_unavailable, 503, "The identity provider's keys cannot be had now; send it again after a while."},
    {problem::sequencer_unreachable, 503,
     "This node is a standby, and the one that records cannot be reached; nothing was recorded. Send it again after a while."},
    {problem::forwarded_twice, 508, "A standby had forwarded it to this node, which is a standby too; send it again after a while."},
    {problem::pdf_unavailable, 503, "The node cannot print a PDF; `detail` says why. The same as text/html can be printed elsewhere."},
}};

constexpr unsigned status_refused = 422;
constexpr unsigned status_conflict = 409;
constexpr unsigned status_stale = 412;

// What is there already, or has changed: not a fault of what was asked.
bool is_conflict(Refusal refusal) {
  using enum Refusal;
  constexpr std::array conflicts{
      provider_already_registered, import_in_progress, already_linked,    service_already_defined,   possible_duplicate,
      terms_already_published,     version_conflict,   command_id_reused, credential_already_issued, review_exists};
  return std::find(conflicts.begin(), conflicts.end(), refusal) != conflicts.end();
}

unsigned status_of(Refusal refusal) { return is_denial(refusal) ? 403 : is_conflict(refusal) ? status_conflict : status_refused; }

const ProblemEntry* find_entry(std::string_view name) {
  const auto* found = std::find_if(entries.begin(), entries.end(), [&](const ProblemEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : found;
}

std::string_view title_of(std::string_view name) {
  if (const ProblemEntry* entry = find_entry(name)) return entry->title;
  return meaning_of(refusal_named(name).value());
}

// The document is open: its members may go on.
Response begin(std::string_view name, unsigned status, std::string_view request_id) {
  Response out{.status = status, .content_type = "application/problem+json", .body = "{", .problem = name};
  write_json_member(out.body, "type", type_of_problem(name));
  write_json_member(out.body, "title", std::string{title_of(name)});
  out.body += ",\"status\":" + std::to_string(status);
  write_json_member(out.body, "request_id", text_cell(request_id));
  if (status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

}  // namespace

std::span<const ProblemEntry> problems() { return entries; }

std::string type_of_problem(std::string_view name) { return std::string{type_prefix} + std::string{name}; }

unsigned status_of_problem(std::string_view name) {
  if (const ProblemEntry* entry = find_entry(name)) return entry->status;
  return status_of(refusal_named(name).value());
}

std::chrono::seconds retry_after(const Problem& problem) {
  const unsigned status = status_of_problem(problem.name);
  if (status != 503 && status != 429 && status != 408 && status != 508) return std::chrono::seconds{0};
  const bool needs_mending =
      problem.name == problem::disk_reserve || problem.name == problem::clock_stepped || problem.name == problem::pdf_unavailable;
  return needs_mending ? retry_after_mending : problem.retry_after;
}

Response respond(const Problem& problem, std::string_view request_id) {
  Response out = begin(problem.name, status_of_problem(problem.name), request_id);
  if (const auto seconds = retry_after(problem); seconds.count() > 0)
    out.headers.emplace_back("Retry-After", std::to_string(seconds.count()));
  write_json_member(out.body, "detail", text_cell(problem.detail));
  write_json_member(out.body, "field", text_cell(problem.field));
  write_json_member(out.body, "restart_from", position_cell(problem.restart_from));
  out.body += "}\n";
  return out;
}

Response respond(const JsonError& error, std::string_view request_id) {
  return respond(Problem{problem::malformed, error.problem, error.path}, request_id);
}

Response respond(const Answer& answer, const std::string& command_id, bool is_precondition, std::string_view request_id) {
  Response out;
  switch (answer.status) {
    case Answer::Status::accepted:
    case Answer::Status::unchanged:
      out.body = "{";
      break;
    case Answer::Status::refused: {
      const bool is_stale = is_precondition && *answer.refusal == Refusal::version_conflict;
      out = begin(name_of(*answer.refusal), is_stale ? status_stale : status_of(*answer.refusal), request_id);
      if (!answer.fields.empty()) write_json_member(out.body, "field", is_stale ? "If-Match" : answer.fields.front());
      break;
    }
    case Answer::Status::failed:  // Why is the operator's to know.
      return respond(Problem{answer.is_unread ? problem::log_unreadable : problem::outcome_unknown}, request_id);
  }
  write_json_member(out.body, "command_id", text_cell(command_id));
  if (answer.refusal) {
    out.body += ",\"outcome\":{";
    write_outcome(out.body, answer, false);
    out.body += '}';
  } else {
    write_outcome(out.body, answer, false);
  }
  out.body += "}\n";
  return out;
}

}  // namespace muniment
