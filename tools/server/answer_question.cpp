#include "tools/server/answer_question.h"

#include <algorithm>
#include <array>

#include "projections/fact_type.h"
#include "tools/server/content_coding.h"
#include "tools/server/dispatch.h"
#include "tools/server/handlers.h"

namespace muniment {
namespace {

constexpr unsigned status_forbidden = 403;

// They say how an answer is to be had, and narrow nothing.
constexpr std::array<std::string_view, 4> of_the_answer{"limit", "cursor", "wait_for", "format"};

// Whoever reads what was read would otherwise write what it reads next.
bool asks_about_reads(const Call& call) {
  const std::string* type = call.parameter("type");
  const auto number = type == nullptr ? std::nullopt : fact_number(*type);
  return number && is_about_reads(*number);
}

// Of a person, or of a review, which has people in it.
bool names_somebody(const Route& route, const Call& call) {
  return route.path.find("{username}") != std::string_view::npos || route.path.find("{review}") != std::string_view::npos ||
         call.parameter("user") != nullptr;
}

// Whoever does not see everything and goes through names.
bool is_guess(const Route& route, const Call& call, const Response& response) {
  const Token& caller = *call.caller;
  const bool is_limited = caller.role == TokenRole::ACCOUNT || (caller.role == TokenRole::AUDITOR && !caller.providers.empty());
  return is_limited && response.problem == problem::not_known && names_somebody(route, call);
}

// The log may have taken from an officer what the token still says. Who was dismissed can sign out, and nothing more.
bool is_former_officer(Node& node, const Route& route, const Token& caller) {
  return caller.role == TokenRole::OFFICER && std::get<AskHandler>(route.handler) != &end_session &&
         !node.aggregates().has_officer(caller.name);
}

Response ask(Node& node, const Route& route, const Call& call) {
  if (call.caller != nullptr && is_former_officer(node, route, *call.caller))
    return respond(Problem{name_of(Refusal::actor_unknown)}, call.id);
  return std::get<AskHandler>(route.handler)(node, call);
}

}  // namespace

AccessRecord::Read read_of(std::string_view route, const Call& call, Position head) {
  AccessRecord::Read out{.question = std::string{route}, .head = head};
  for (const auto& [name, value] : call.parameters) {
    if (std::find(of_the_answer.begin(), of_the_answer.end(), name) != of_the_answer.end()) continue;
    out.narrowed_by.push_back(name);
    if (name == "provider") out.provider = ProviderId::parse(value);
    if (name == "user") out.username = Username::parse(value);
  }
  if (route.find("{username}") != std::string_view::npos) out.username = Username::parse(call.resource);
  if (route.find("{pid_sl}") != std::string_view::npos) out.provider = ProviderId::parse(call.resource);
  return out;
}

Response answer_question(Node& node, const Route& route, const Call& call) {
  Response response = ask(node, route, call);
  if (call.caller == nullptr) return encoded(std::move(response), call.coding);
  const bool is_denial = response.status == status_forbidden && !response.problem.empty() && response.problem != problem::provider_required;
  if (is_denial || is_guess(route, call, response)) {
    node.access_record().note_denied(call.caller.get(), response.problem, name_of(route), {});
  } else if (response.status == route.status_done && route.scope != Scope::node && !response.is_unrecorded && !asks_about_reads(call)) {
    node.access_record().note(*call.caller, read_of(route.path, call, node.log().head(0).position));
  }
  return encoded(std::move(response), call.coding);
}

}  // namespace muniment
