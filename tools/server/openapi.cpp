#include "tools/server/openapi.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "events/json/json_string.h"
#include "tools/server/content_coding.h"
#include "tools/server/handlers.h"
#include "tools/server/problem.h"
#include "tools/server/route.h"
#include "tools/server/schemas.h"
#include "tools/server/session_cookie.h"

namespace muniment {
namespace {

constexpr std::string_view version = "0.1";

struct Header {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array<Header, 11> headers{{{"X-Request-Id", "Names the request in the node's log."},
                                          {"Muniment-True-Of", "The position that the answer is true of."},
                                          {"Muniment-Generation", "Of which history its positions are; another one after a restore."},
                                          {"Muniment-Incomplete", "Positions of events that the answer may lack."},
                                          {"Link", "rel=next: the lines behind these."},
                                          {"ETag", "The version of what is shown."},
                                          {"Location", "Where what was made is to be found."},
                                          {"Set-Cookie", "Names the browser's session."},
                                          {"Allow", "The methods of the path."},
                                          {"WWW-Authenticate", "How to say who calls."},
                                          {"Retry-After", "Seconds after which to ask again."}}};

void add(std::string& list, const std::string& one) {
  if (!list.empty()) list += ',';
  list += one;
}

std::string described(std::string_view text) { return "\"description\":" + json_text(text); }

std::string reference(std::string_view kind, std::string_view name) {
  return "{\"$ref\":\"#/components/" + std::string{kind} + "/" + std::string{name} + "\"}";
}

std::string roles_of(const Route& route) {
  std::string out;
  for (const TokenRole role :
       {TokenRole::ACCOUNT, TokenRole::OFFICER, TokenRole::AUDITOR, TokenRole::OPERATOR, TokenRole::SUBMITTER, TokenRole::NODE}) {
    if (!route.roles.has(role)) continue;
    if (!out.empty()) out += ", ";
    out += name_of(role);
  }
  return out.empty() ? "Open to all." : "Tokens of the roles: " + out + ".";
}

std::string parameter(const Parameter& parameter, std::string_view in) {
  return "{\"name\":" + json_text(parameter.name) + ",\"in\":" + json_text(in) +
         ",\"required\":" + (parameter.is_required ? "true," : "false,") + described(parameter.meaning) +
         ",\"schema\":" + std::string{parameter.schema} + "}";
}

std::string parameters_of(const Route& route) {
  std::string out;
  const auto open = route.path.find('{');
  if (open != std::string_view::npos) {
    const std::string_view name = route.path.substr(open + 1, route.path.find('}') - open - 1);
    add(out, parameter({.name = name, .meaning = "What the path names.", .is_required = true}, "path"));
  }
  for (const Parameter& one : route.parameters) add(out, parameter(one, "query"));
  for (const Parameter& one : route.headers_taken) add(out, parameter(one, "header"));
  return out;
}

// Lines, records and tables are described by what they are, because JSON Schema has no word for them.
std::string content_of(const Route& route, std::string_view form) {
  const bool is_json = form == media::json && !route.schema.empty();
  if (form == media::scim) return json_text(form) + R"(:{"schema":{"type":"object"}})";
  if (form == media::cloudevents_batch) return json_text(form) + R"(:{"schema":{"type":"array","items":{"type":"object"}}})";
  return json_text(form) + ":{\"schema\":" + (is_json ? reference("schemas", route.schema) : R"({"type":"string"})") + "}";
}

std::string body_of(const Route& route) {
  std::string schema = R"({"type":"string"})";
  if (route.takes == media::scim) return json_text(route.takes) + R"(:{"schema":{"type":"object"}})";
  if (route.takes == media::json) schema = reference("schemas", route.path == "/v1/commands" ? schemas::command : schemas::redemption);
  return json_text(route.takes) + ":{\"schema\":" + schema + "}";
}

std::string responses_of(const std::vector<const Route*>& routes) {
  std::string content;
  std::string given = json_text("X-Request-Id") + ":" + reference("headers", "X-Request-Id");
  std::vector<std::string_view> forms;
  for (const Route* route : routes) {
    for (const std::string_view form : route->gives) {
      if (std::find(forms.begin(), forms.end(), form) != forms.end()) continue;
      forms.push_back(form);
      add(content, content_of(*route, form));
    }
    for (const std::string_view header : route->headers_given) add(given, json_text(header) + ":" + reference("headers", header));
  }
  const bool is_scim = routes.front()->gives.front() == media::scim;
  const auto failure = [is_scim](std::string_view name) { return reference("responses", is_scim ? "ScimError" : name); };
  const unsigned done = routes.front()->status_done;
  std::string out = json_text(std::to_string(done)) + ":{" + described("Done.") + ",\"headers\":{" + given + "}";
  out += done == status_no_content ? "}" : ",\"content\":{" + content + "}}";
  if (routes.front()->schema == schemas::readiness) {
    out += ",\"503\":{" + described("The node cannot serve now.") + ",\"content\":{" + content + "}}";
  } else {
    out += ",\"503\":" + failure("Busy");
  }
  if (!routes.front()->roles.is_open()) out += ",\"429\":" + failure("Busy");
  if (!routes.front()->roles.is_open()) out += ",\"401\":" + failure("Unauthenticated");
  return out + ",\"default\":" + failure("Problem");
}

// The resource that the path is about; of what the node says of itself, the node.
std::string_view tag_of(const Route& route) {
  constexpr std::string_view versioned = "/v1/";
  if (!route.path.starts_with(versioned)) return "node";
  const std::string_view rest = route.path.substr(versioned.size());
  return rest.substr(0, rest.find('/'));
}

std::string tags() {
  std::string out;
  std::set<std::string_view> known;
  for (const Route& route : routes()) {
    if (known.insert(tag_of(route)).second) add(out, "{\"name\":" + json_text(tag_of(route)) + "}");
  }
  return out;
}

// How callers may show who they are. Submitters have no sessions, and a session opens no other.
std::string security_of(const Route& route) {
  if (route.roles.is_open()) return {};
  std::string out = R"({"token":[]},{"certificate":[]})";
  const bool is_of_people = route.roles.has(TokenRole::ACCOUNT) || route.roles.has(TokenRole::OFFICER) ||
                            route.roles.has(TokenRole::AUDITOR) || route.roles.has(TokenRole::OPERATOR);
  const auto* const handler = std::get_if<AskHandler>(&route.handler);
  if (is_of_people && (handler == nullptr || *handler != &open_session)) add(out, R"({"session":[],"console":[]})");
  return out;
}

std::string security_schemes() {
  return R"("token":{"type":"http","scheme":"bearer"},"certificate":{"type":"mutualTLS"},"session":{"type":"apiKey","in":"cookie","name":)" +
         json_text(session_cookie_name) + "," +
         described(
             "The session of a browser, which POST /v1/session or an identity provider's sign-in gives. It counts only with `console`, "
             "and where the browser says Sec-Fetch-Site: same-origin.") +
         R"(},"console":{"type":"apiKey","in":"header","name":"Muniment-Console",)" +
         described("`1`, beside the cookie: no page of another site can make a request that has it.") + "}";
}

// Several routes of one method and path differ by what they take; they are one operation here.
std::string operation(const std::vector<const Route*>& routes) {
  const Route& first = *routes.front();
  std::string id{name_of(first.method)};
  for (const char c : first.path) id += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  std::string out = "{\"operationId\":" + json_text(id) + ",\"summary\":" + json_text(first.summary) + "," + described(roles_of(first));
  out += ",\"tags\":[" + json_text(tag_of(first)) + "]";
  out += ",\"security\":[" + security_of(first) + "]";
  out += ",\"parameters\":[" + parameters_of(first) + "]";
  std::string bodies;
  for (const Route* route : routes) {
    if (!route->takes.empty()) add(bodies, body_of(*route));
  }
  if (!bodies.empty()) out += ",\"requestBody\":{\"required\":true,\"content\":{" + bodies + "}}";
  return out + ",\"responses\":{" + responses_of(routes) + "}}";
}

// The names of OpenAPI's path item.
std::string_view key_of(Method method) {
  switch (method) {
    case Method::get:
      return "get";
    case Method::post:
      return "post";
    case Method::put:
      return "put";
    case Method::patch:
      return "patch";
    case Method::remove:
      return "delete";
  }
  return {};
}

std::string paths() {
  std::map<std::string_view, std::map<std::string_view, std::vector<const Route*>>> by_path;
  for (const Route& route : routes()) by_path[route.path][key_of(route.method)].push_back(&route);
  std::string out;
  for (const auto& [path, methods] : by_path) {
    std::string operations;
    for (const auto& [method, of_method] : methods) add(operations, json_text(method) + ":" + operation(of_method));
    add(out, json_text(path) + ":{" + operations + "}");
  }
  return out;
}

std::string problem_response(std::string_view name, std::string_view meaning, std::string_view header) {
  std::string given = json_text("X-Request-Id") + ":" + reference("headers", "X-Request-Id");
  if (!header.empty()) add(given, json_text(header) + ":" + reference("headers", header));
  return json_text(name) + ":{" + described(meaning) + ",\"headers\":{" + given +
         "},\"content\":{\"application/problem+json\":{\"schema\":" + reference("schemas", schemas::problem) + "}}}";
}

// What is under /scim/v2 says it in SCIM's form (RFC 7644, 3.12).
std::string scim_error_response() {
  std::string given;
  for (const std::string_view header : {"X-Request-Id", "Allow", "WWW-Authenticate", "Retry-After"})
    add(given, json_text(header) + ":" + reference("headers", header));
  return json_text("ScimError") + ":{" + described("It was not done.") + ",\"headers\":{" + given + "},\"content\":{" +
         json_text(media::scim) +
         R"(:{"schema":{"type":"object","required":["schemas","status"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},)"
         R"("status":{"type":"string"},"scimType":{"type":"string"},"detail":{"type":"string"}}}}}})";
}

std::string components() {
  std::string out = "\"securitySchemes\":{" + security_schemes() + "},\"schemas\":{";
  std::string list;
  for (const auto& [name, schema] : all_schemas()) add(list, json_text(name) + ":" + schema);
  out += list + "},\"headers\":{";
  list.clear();
  for (const Header& header : headers)
    add(list, json_text(header.name) + ":{" + described(header.meaning) + R"(,"schema":{"type":"string"}})");
  out += list + "},\"responses\":{";
  out += problem_response("Problem", "It was not done.", "Allow") + ",";
  out += problem_response("Unauthenticated", "It is not known who calls.", "WWW-Authenticate") + ",";
  out += problem_response("Busy", "The node cannot do it now.", "Retry-After") + ",";
  out += scim_error_response();
  return out + "}";
}

std::string document() {
  return "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"muniment\",\"version\":" + json_text(version) + "," +
         described("The system of record for who may act for whom. docs/server.md.") +
         ",\"license\":{\"name\":\"Apache 2.0\",\"identifier\":\"Apache-2.0\"}},\"servers\":[{\"url\":\"/\"}],\"tags\":[" + tags() +
         "],\"paths\":{" + paths() + "},\"components\":{" + components() + "}}\n";
}

}  // namespace

const std::string& openapi_document() {
  static const std::string text = document();
  return text;
}

}  // namespace muniment
