// Signing in with an identity provider: /v1/sign-in, and the two pages between which the browser is there. docs/server.md, "Signing in with
// an identity provider".
//
// A browser is sent to the providers of the configuration and to the console, and nowhere else. What goes wrong is told by the console's
// sign-in page, which gets one of the names of SignInFailure and the request's id, and nothing that came from elsewhere.
#include <fmt/format.h>

#include <utility>

#include "events/json/json_string.h"
#include "tools/server/handlers.h"
#include "tools/server/node.h"
#include "tools/server/problem.h"
#include "tools/server/session_cookie.h"

namespace muniment {
namespace {

constexpr std::string_view finish_name = "GET /console/signed-in";

// The address that is left behind, which has the code, goes no further.
Response redirect(std::string location) {
  constexpr unsigned see_other = 303;
  Response out{.status = see_other, .content_type = std::string{media::html}, .is_unrecorded = true};
  out.headers.emplace_back("Location", std::move(location));
  out.headers.emplace_back("Referrer-Policy", "no-referrer");
  return out;
}

Response tell(SignInFailure failure, std::string_view request_id) {
  return redirect(fmt::format("/console#/sign-in?why={}&request={}", name_of(failure), request_id));
}

Response tell_at_end(SignInFailure failure, std::string_view request_id) {
  Response out = tell(failure, request_id);
  out.headers.emplace_back("Set-Cookie", no_sign_in_cookie());
  return out;
}

// A submitter is a machine.
bool may_sign_in(const Token& caller) { return caller.role != TokenRole::SUBMITTER && caller.role != TokenRole::NODE; }

Response open_for(Node& node, const std::expected<std::shared_ptr<const Token>, SignInFailure>& caller, const std::string& request_id,
                  const std::string& address) {
  if (!caller) {
    if (caller.error() == SignInFailure::refused) node.access_record().note_denied(nullptr, problem::token_invalid, finish_name, address);
    return tell_at_end(caller.error(), request_id);
  }
  if (!may_sign_in(**caller)) {
    node.access_record().note_denied(caller->get(), problem::role_denied, finish_name, address);
    return tell_at_end(SignInFailure::refused, request_id);
  }
  const auto text = node.callers().sessions().open(*caller, Sessions::Time::clock::now());
  if (!text) return tell_at_end(SignInFailure::overloaded, request_id);
  Response out = redirect("/console#/");
  out.headers.emplace_back("Set-Cookie", no_sign_in_cookie());
  out.headers.emplace_back("Set-Cookie", session_cookie(*text, Sessions::life_max));
  return out;
}

}  // namespace

Response answer_sign_in(Node& node, const Call&) {
  Response out{.body = "{\"identity_providers\":[", .is_unrecorded = true};
  bool is_first = true;
  for (const std::string& name : node.callers().sign_in_names()) {
    if (!std::exchange(is_first, false)) out.body += ',';
    write_json_string(out.body, name);
  }
  out.body += "]}\n";
  return out;
}

Response begin_sign_in(Node& node, const Call& call) {
  const std::string* name = call.parameter("identity_provider");
  const auto number = name != nullptr ? node.callers().sign_in_number(*name) : std::nullopt;
  if (!number) return respond(Problem{problem::not_known}, call.id);
  const SignIn begun = node.callers().sign_ins().begin(*number, system_now());
  auto url = node.callers().sign_in_provider(*number)->authorization_url(begun);
  if (!url) return tell(SignInFailure::unavailable, call.id);
  Response out = redirect(std::move(*url));
  out.headers.emplace_back("Set-Cookie", sign_in_cookie(begun.cookie, SignIns::life));
  return out;
}

// The provider has sent the browser back, with a code or with why there is none.
void finish_sign_in(Node& node, const Call& call, const Reply& reply) {
  Callers& callers = node.callers();
  if (callers.sign_in_names().empty()) return reply(respond(Problem{problem::not_known}, call.id));
  const auto text = [&](std::string_view name) {
    const std::string* found = call.parameter(name);
    return found == nullptr ? std::string{} : *found;
  };
  auto begun = callers.sign_ins().find(call.sign_in, text("state"), system_now());
  IdentityProvider* const provider = begun ? callers.sign_in_provider(begun->provider) : nullptr;
  if (provider == nullptr) return reply(tell(SignInFailure::stale, call.id));
  // Another provider's answer is none of this one's (RFC 9207).
  if (const std::string issuer = text("iss"); !issuer.empty() && issuer != provider->issuer())
    return reply(tell_at_end(SignInFailure::refused, call.id));
  std::string code = text("code");
  if (code.empty()) return reply(tell_at_end(SignInFailure::cancelled, call.id));
  if (!callers.take_attempt(call.address)) return reply(tell_at_end(SignInFailure::overloaded, call.id));
  provider->redeem({.code = std::move(code),
                    .sign_in = std::move(*begun),
                    .request_id = call.id,
                    .done = [&node, reply, request_id = call.id, address = call.address](const auto& caller) {
                      reply(open_for(node, caller, request_id, address));
                    }});
}

}  // namespace muniment
