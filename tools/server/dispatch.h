// From the head of a request to the route that answers it, or to the problem that does: no route without its role, no parameter that a
// route does not know. Pure but for the look at the tokens.
#pragma once

#include <expected>
#include <string_view>

#include "tools/server/node.h"
#include "tools/server/problem.h"
#include "tools/server/route.h"
#include "tools/server/session_cookie.h"

namespace muniment {

// As it came, of any size within the header's limit.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // In origin form: a path, and perhaps a query.
  std::string_view authorization;
  std::string_view content_type;
  std::string_view content_encoding = {};
  std::string_view accept;
  std::string_view accept_encoding = {};
  std::string_view idempotency_key;
  std::string_view if_match;
  std::string_view last_event_id;
  std::string_view acting_for = {};  // Muniment-Actor.
  CookieHeaders cookies = {};
  const PeerCertificate* certificate = nullptr;  // Of the connection, where it has one.
  std::string_view address = {};                 // Whose failures to say who calls are counted together.
  std::string_view host = {};                    // Of the other side.
};

struct Dispatched {
  const Route* route;
  Call call;  // Without its body.
};

struct Undispatched {
  Problem problem;
  std::string allow = {};               // Methods of the path, with method_not_allowed.
  const Route* route = nullptr;         // Where one was found: for the log.
  IdentityProvider* awaited = nullptr;  // It fetches keys with which the caller may be known: dispatch again then.
};

std::expected<Dispatched, Undispatched> dispatch(Node& node, const RequestHead& head, std::string request_id);

// `GET /v1/accounts/{username}`: names the route in logs and metrics, which no path does.
std::string_view name_of(const Route& route);

}  // namespace muniment
