#include "tools/server/dispatch.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "events/values/header_text.h"
#include "events/values/text.h"
#include "projections/cursor.h"
#include "tools/server/accept.h"
#include "tools/server/content_coding.h"
#include "tools/server/handlers.h"

namespace muniment {
namespace {

constexpr std::size_t id_size_max = 64;
constexpr unsigned status_unauthorized = 401;

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// Percent-decoded UTF-8 without control characters. `+` is a space in a query.
std::optional<std::string> decoded(std::string_view text, bool is_query) {
  constexpr int digits = 16;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && is_query) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const auto high = i + 2 < text.size() ? digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? digit(text[i + 2]) : std::nullopt;
      if (!high || !low) return std::nullopt;
      out += static_cast<char>(*high * digits + *low);
      i += 2;
    }
  }
  const bool has_control = std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return has_control || !is_utf8(out) ? std::nullopt : std::optional{out};
}

// The media type without its parameters.
std::string_view media_type(std::string_view header) {
  header = header.substr(0, header.find(';'));
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  return header;
}

// The text for the {part}; nothing where the path is another one.
std::optional<std::string_view> match(const Route& route, std::string_view path) {
  const std::string_view pattern = route.path;
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) return pattern == path ? std::optional{std::string_view{}} : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view behind = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + behind.size() || !path.starts_with(before) || !path.ends_with(behind)) return std::nullopt;
  const std::string_view part = path.substr(before.size(), path.size() - before.size() - behind.size());
  return !route.is_deep && part.find('/') != std::string_view::npos ? std::nullopt : std::optional{part};
}

struct FoundRoute {
  const Route* route = nullptr;
  std::string_view resource;
};

// Clients of SCIM may call it plain JSON (RFC 7644, 8.1).
bool takes(const Route& route, std::string_view type) {
  return route.takes.empty() || is_same_without_case(type, route.takes) ||
         (route.takes == media::scim && is_same_without_case(type, media::json));
}

// Of the routes of one path and method, the one that takes the body's type.
std::expected<FoundRoute, Undispatched> find_route(const RequestHead& head, std::string_view path) {
  std::string allow;
  const Route* of_method = nullptr;
  const std::string_view method = head.method == "HEAD" ? "GET" : head.method;  // The same, without the body.
  for (const Route& route : routes()) {
    const auto resource = match(route, path);
    if (!resource) continue;
    if (name_of(route.method) != method) {
      if (allow.find(name_of(route.method)) == std::string::npos) allow += (allow.empty() ? "" : ", ") + std::string{name_of(route.method)};
      continue;
    }
    of_method = &route;
    if (takes(route, media_type(head.content_type))) return FoundRoute{&route, *resource};
  }
  if (of_method != nullptr) return std::unexpected(Undispatched{{problem::media_type_unsupported, {}, "Content-Type"}, {}, of_method});
  if (!allow.empty()) return std::unexpected(Undispatched{{problem::method_not_allowed}, allow});
  return std::unexpected(Undispatched{{problem::route_unknown}});
}

// What ends a session can be asked once by it: whoever may ask nothing more today can still go.
bool is_signing_out(const Route& route, const RequestHead& head) {
  const auto* const handler = std::get_if<AskHandler>(&route.handler);
  return handler != nullptr && *handler == &end_session && head.authorization.empty() && !session_in(head.cookies).empty();
}

// A batch takes for each of its lines, a request of SCIM for each command beyond its first one.
std::optional<Problem> take_allowance(Node& node, const Route& route, const Token& caller) {
  const Timestamp now = system_now();
  if (std::holds_alternative<BatchHandler>(route.handler)) return node.allowances().why_not(caller, Asked::command, now);
  return node.allowances().take(caller, route.scope == Scope::act ? Asked::command : Asked::question, now);
}

std::expected<void, Problem> read_parameters(const Route& route, std::string_view query, Call& call) {
  while (!query.empty()) {
    std::string_view value_text = take_until('&', query);
    const auto name = decoded(take_until('=', value_text), true);
    auto value = decoded(value_text, true);
    const auto known = std::find_if(route.parameters.begin(), route.parameters.end(),
                                    [&](const Parameter& parameter) { return name && parameter.name == *name; });
    if (known == route.parameters.end() && route.ignores_others) continue;
    if (known == route.parameters.end()) return std::unexpected(Problem{problem::parameter_unknown});
    if (call.parameter(known->name) != nullptr)
      return std::unexpected(Problem{problem::parameter_unknown, "expected once", std::string{known->name}});
    // What is empty is a variable that was not set in whoever's script, and would ask for more than was meant.
    if (!value || value->empty()) return std::unexpected(Problem{problem::malformed, "expected a value", std::string{known->name}});
    call.parameters.emplace_back(known->name, std::move(*value));
  }
  return {};
}

// A precondition or a key that nothing looks at would be trusted in vain. Empty: there is none.
std::string_view header_without_meaning(const Route& route, const RequestHead& head) {
  const auto is_taken = [&](std::string_view name) {
    return std::any_of(route.headers_taken.begin(), route.headers_taken.end(),
                       [&](const Parameter& header) { return header.name == name; });
  };
  if (!head.acting_for.empty() && !is_taken("Muniment-Actor")) return "Muniment-Actor";
  if (route.method == Method::get) return {};
  if (!head.idempotency_key.empty() && !is_taken("Idempotency-Key")) return "Idempotency-Key";
  if (!head.if_match.empty() && !is_taken("If-Match")) return "If-Match";
  return {};
}

// Up to which position the caller has seen, as it says; 0: it says nothing that can be read.
Position seen_by_caller(const Call& call) {
  Position out = 0;
  if (const std::string* text = call.parameter("wait_for")) {
    const std::string_view digits = GenerationText::of(*text).rest;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
  }
  const std::string* const cursor = call.parameter("cursor");
  return std::max(out, cursor == nullptr ? 0 : view::cursor_position(GenerationText::of(*cursor).rest).value_or(0));
}

// What a caller has written, it may read; and what an account administers is looked up as of now.
Position views_needed(const Node& node, const Route& route, const Call& call) {
  if (!std::holds_alternative<AskHandler>(route.handler)) return 0;
  const Position head = node.log().head(0).position;
  const bool is_of_node = route.scope == Scope::node;  // And perhaps open to all.
  const bool is_as_of_now = !is_of_node && (call.caller->role == TokenRole::ACCOUNT || route.gives.front() == media::scim);
  const Position seen = seen_by_caller(call);
  // What is wrong with it is the handler's to say. A standby may not have seen yet what the other node has answered.
  const bool can_be_waited_for = seen <= head || node.is_standby();
  return std::max(is_as_of_now ? head : 0, can_be_waited_for ? seen : 0);
}

}  // namespace

std::string_view name_of(const Route& route) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Route& each : routes()) out.push_back(std::string{name_of(each.method)} + " " + std::string{each.path});
    return out;
  }();
  return names[static_cast<std::size_t>(&route - routes().data())];
}

// Who calls is settled before what was asked is looked at, so that nobody learns more than the path of a route without a token.
std::expected<Dispatched, Undispatched> dispatch(Node& node, const RequestHead& head, std::string request_id) {
  std::string_view query = head.target;
  const std::string_view path = take_until('?', query);
  const auto found = find_route(head, path);
  if (!found) return std::unexpected(found.error());
  const Route& route = *found->route;
  const auto refuse = [&](Problem problem) { return std::unexpected(Undispatched{std::move(problem), {}, &route}); };
  Dispatched out{.route = &route, .call = {.id = std::move(request_id)}};
  if (route.roles.is_open()) {
    if (auto problem = node.callers().take_open(head.address)) return refuse(std::move(*problem));
    out.call.sign_in = sign_in_in(head.cookies);
    out.call.address = head.address;
  } else {
    const std::string_view session = session_in(head.cookies);
    auto caller = node.callers().find(
        {.authorization = head.authorization, .session = session, .certificate = head.certificate, .address = head.address});
    if (!caller) {
      if (status_of_problem(caller.error().problem.name) == status_unauthorized)
        node.access_record().note_denied(caller.error().former.get(), caller.error().problem.name, name_of(route),
                                         std::string{head.address});
      return std::unexpected(Undispatched{std::move(caller.error().problem), {}, &route, caller.error().awaited});
    }
    if (!route.roles.has((*caller)->role)) {
      node.access_record().note_denied(caller->get(), problem::role_denied, name_of(route), std::string{head.address});
      return refuse({problem::role_denied});
    }
    auto problem = is_signing_out(route, head) ? std::nullopt : take_allowance(node, route, **caller);
    if (problem) return refuse(std::move(*problem));
    out.call.origin = std::make_shared<const Origin>(std::string{head.host}, (*caller)->id);
    out.call.caller = std::move(*caller);
    (head.authorization.empty() ? out.call.session : out.call.session_beside) = session;
  }
  if (route.scope == Scope::act) {
    if (const std::string_view why = node.why_no_commands(); !why.empty()) return refuse({why});
  }
  auto resource = decoded(found->resource, false);
  if (!resource) return refuse({problem::malformed, "expected UTF-8, percent-encoded", "path"});
  out.call.resource = std::move(*resource);
  if (const auto read = read_parameters(route, query, out.call); !read) return refuse(read.error());
  if (std::max({head.idempotency_key.size(), head.if_match.size(), head.last_event_id.size(), head.acting_for.size()}) > id_size_max)
    return refuse({problem::malformed, "expected at most 64 characters in Idempotency-Key, If-Match, Last-Event-ID and Muniment-Actor"});
  if (const std::string_view header = header_without_meaning(route, head); !header.empty())
    return refuse({problem::malformed, "expected none: it would mean nothing here", std::string{header}});
  out.call.idempotency_key = head.idempotency_key;
  out.call.if_match = head.if_match;
  out.call.last_event_id = head.last_event_id;
  out.call.acting_for = head.acting_for;
  // What a few bytes inflate to is not known before, so bodies come as they are.
  if (!head.content_encoding.empty() && !is_same_without_case(head.content_encoding, "identity"))
    return refuse({problem::media_type_unsupported, "expected a body as it is", "Content-Encoding"});
  out.call.views_needed = views_needed(node, route, out.call);
  out.call.coding = preferred_coding(head.accept_encoding, content_codings);
  out.call.form = preferred_type(head.accept, route.gives);
  return out;
}

}  // namespace muniment
