// /v1/session: who calls, and the session of a browser that has signed in.
#include <algorithm>

#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/server/session_cookie.h"

namespace muniment {
namespace {

// Providers that the caller administers now, or to which an auditor is limited.
void write_providers(std::string& out, Node& node, const Horizon& horizon) {
  out += ",\"providers\":[";
  for (std::size_t i = 0; i < horizon.providers.size(); ++i) {
    const Provider provider = node.aggregates().provider(horizon.providers[i]);
    out += i == 0 ? "{" : ",{";
    write_json_member(out, "provider", provider.id().text());
    write_json_member(out, "name", text_cell(provider.name()));
    out += '}';
  }
  out += ']';
}

// A session lasts no longer than what it was opened with.
std::chrono::seconds seconds_left(Node& node, const Token& caller, std::string_view session) {
  const auto left = node.callers().sessions().left(session, Sessions::Time::clock::now());
  if (!caller.expires_at) return left;
  const std::chrono::nanoseconds of_token{caller.expires_at->ns - system_now().ns};
  return std::clamp(std::chrono::floor<std::chrono::seconds>(of_token), std::chrono::seconds{0}, left);
}

// Who calls, how, and how far it sees. An account that cannot be used yet is told so: it may have terms to accept.
Response describe(Node& node, const Call& call, std::string_view session) {
  const Token& caller = *call.caller;
  Response out{.body = "{", .is_unrecorded = true};
  write_json_member(out.body, "role", std::string{name_of(caller.role)});
  write_json_member(out.body, "name", caller.name);
  const auto horizon = horizon_of(node, call);
  if (!horizon && horizon.error().name == problem::not_caught_up) return respond(horizon.error(), call.id);
  write_json_member(out.body, "usable", horizon.has_value());
  if (!horizon) write_json_member(out.body, "why_not", std::string{horizon.error().name});
  if (caller.role == TokenRole::ACCOUNT) {
    // What it has to accept, and whether it did, is its own to know.
    if (const auto username = Username::parse(caller.name)) {
      const AccountStatus status = node.access().account(*username, {});
      write_json_member(out.body, "terms_current", text_cell(status.terms_current));
      write_json_member(out.body, "terms_accepted", status.terms_accepted);
    }
  }
  write_json_member(out.body, "sees_everything", horizon && horizon->is_everything);
  write_providers(out.body, node, horizon ? *horizon : Horizon{});
  if (!session.empty()) {
    const auto left = seconds_left(node, caller, session);
    out.body += ",\"session\":{\"idle_seconds\":" + std::to_string(std::chrono::seconds{Sessions::idle_max}.count()) +
                ",\"seconds_left\":" + std::to_string(left.count()) + "}";
  }
  out.body += "}\n";
  return out;
}

}  // namespace

Response answer_session(Node& node, const Call& call) {
  Question question(node, call);
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  return describe(node, call, call.session);
}

// Not by a session: it would live for ever.
Response open_session(Node& node, const Call& call) {
  if (!call.session.empty()) return respond(Problem{problem::token_missing}, call.id);
  const auto text = node.callers().sessions().open(call.caller, Sessions::Time::clock::now());
  if (!text) return respond(Problem{problem::overloaded}, call.id);
  Response out = describe(node, call, *text);
  // Nobody else goes on by what the browser had before.
  if (!call.session_beside.empty()) node.callers().sessions().end(call.session_beside);
  if (out.status == 200) out.headers.emplace_back("Set-Cookie", session_cookie(*text, Sessions::life_max));
  return out;
}

Response end_session(Node& node, const Call& call) {
  if (!call.session.empty()) node.callers().sessions().end(call.session);
  return {.headers = {{"Set-Cookie", no_session_cookie()}}, .body = "{\"signed_in\":false}\n"};
}

}  // namespace muniment
