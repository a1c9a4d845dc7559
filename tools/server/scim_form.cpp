#include "tools/server/scim_form.h"

#include "events/json/text_member.h"
#include "tools/scim/names.h"

namespace muniment {
namespace {

constexpr unsigned status_invalid = 400;
constexpr unsigned scim_status_stale = 412;
constexpr unsigned scim_status_refused = 422;

std::string_view type_of(std::string_view name, unsigned status) {
  if (name == name_of(Refusal::possible_duplicate)) return scim::error_type::uniqueness;
  if (name == problem::malformed || name == problem::parameter_unknown) return scim::error_type::invalid_value;
  return status == scim_status_refused ? scim::error_type::invalid_value : scim::error_type::none;
}

// SCIM has 400 for what is asked and cannot be done.
unsigned status_of(unsigned status) { return status == scim_status_refused ? status_invalid : status; }

scim::Error error_named(std::string_view name, unsigned status, std::string_view title) {
  return {status_of(status), type_of(name, status), std::string{name} + ": " + std::string{title}};
}

}  // namespace

bool is_scim_target(std::string_view target) {
  return target.starts_with(scim::base) && (target.size() == scim::base.size() || target[scim::base.size()] == '/');
}

Response scim_answer(const scim::json::object& resource, unsigned status) {
  return {.status = status, .content_type = std::string{media::scim}, .body = scim::json::serialize(resource) + "\n"};
}

Response scim_answer(const scim::Error& error) {
  Response out{.status = error.status, .content_type = std::string{media::scim}, .body = scim::to_json(error), .problem = error.name};
  if (error.retry_after.count() > 0) out.headers.emplace_back("Retry-After", std::to_string(error.retry_after.count()));
  return out;
}

void to_scim_form(Response& response) {
  if (response.problem.empty() || response.content_type == media::scim) return;
  scim::Error error = error_named(response.problem, response.status, text_member(response.body, "title").value_or(""));
  const auto field = text_member(response.body, "field");
  const auto detail = text_member(response.body, "detail");
  if (field || detail) error.detail += " (" + field.value_or("") + (field && detail ? ": " : "") + detail.value_or("") + ")";
  response.status = error.status;
  response.content_type = media::scim;
  response.body = scim::to_json(error);
}

scim::Error scim_error(const Problem& problem) {
  Response response = respond(problem, {});
  scim::Error out = error_named(problem.name, response.status, text_member(response.body, "title").value_or(""));
  if (!problem.detail.empty()) out.detail += " (" + problem.detail + ")";
  out.name = problem.name;
  out.retry_after = retry_after(problem);
  return out;
}

scim::Error scim_error(const Answer& answer, bool is_precondition) {
  if (!answer.refusal) return scim_error(Problem{answer.is_unread ? problem::log_unreadable : problem::outcome_unknown});
  const std::string_view name = name_of(*answer.refusal);
  const bool is_stale = is_precondition && *answer.refusal == Refusal::version_conflict;
  scim::Error out = error_named(name, is_stale ? scim_status_stale : status_of_problem(name), meaning_of(*answer.refusal));
  if (!answer.fields.empty() && !is_stale) out.detail += " (" + answer.fields.front() + ")";  // No field of the request has it.
  return out;                                                                                 // Without a name: the refusal is on record.
}

}  // namespace muniment
