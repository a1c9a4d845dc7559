#include "tools/server/openapi.h"

#include <map>
#include <vector>

#include "commands/command.h"
#include "events/json/json_string.h"
#include "tools/server/problem.h"
#include "tools/server/route.h"

namespace muniment {
namespace {

constexpr std::string_view version = "0.1";

std::string json_text(std::string_view text) {
  std::string out;
  write_json_string(out, text);
  return out;
}

std::string roles_of(const Route& route) {
  std::string out;
  for (const TokenRole role : {TokenRole::ACCOUNT, TokenRole::OFFICER, TokenRole::AUDITOR, TokenRole::OPERATOR, TokenRole::SUBMITTER}) {
    if (!route.roles.has(role)) continue;
    if (!out.empty()) out += ", ";
    out += name_of(role);
  }
  return out.empty() ? "Open to all." : "Tokens of the roles: " + out + ".";
}

std::string parameter(std::string_view name, std::string_view in, std::string_view meaning, bool is_required) {
  return "{\"name\":" + json_text(name) + ",\"in\":" + json_text(in) + ",\"required\":" + (is_required ? "true" : "false") +
         ",\"description\":" + json_text(meaning) + ",\"schema\":{\"type\":\"string\"}}";
}

std::string parameters_of(const Route& route) {
  std::string out;
  const auto add = [&](const std::string& one) {
    if (!out.empty()) out += ',';
    out += one;
  };
  const auto open = route.path.find('{');
  if (open != std::string_view::npos) {
    add(parameter(route.path.substr(open + 1, route.path.find('}') - open - 1), "path", "What the path names.", true));
  }
  for (const Parameter& one : route.parameters) add(parameter(one.name, "query", one.meaning, false));
  return out;
}

std::string content(std::string_view type, std::string_view schema) {
  return "{" + json_text(type) + ":{\"schema\":" + std::string{schema} + "}}";
}

// Several routes of one method and path differ by what they take; they are one operation here.
std::string operation(const std::vector<const Route*>& routes) {
  const Route& first = *routes.front();
  std::string out = "{\"summary\":" + json_text(first.summary) + ",\"description\":" + json_text(roles_of(first));
  out += ",\"security\":" + std::string{first.roles.is_open() ? "[]" : "[{\"token\":[]}]"};
  out += ",\"parameters\":[" + parameters_of(first) + "]";
  std::string bodies;
  std::string answers;
  for (const Route* route : routes) {
    for (const std::string_view form : route->gives) {
      if (!answers.empty()) answers += ',';
      answers += json_text(form) + ":{\"schema\":{\"type\":\"" + (form == media::json ? "object" : "string") + "\"}}";
    }
    if (route->takes.empty()) continue;
    if (!bodies.empty()) bodies += ',';
    bodies += json_text(route->takes) + ":{\"schema\":" +
              (route->takes == "application/json" ? "{\"$ref\":\"#/components/schemas/Command\"}" : "{\"type\":\"string\"}") + "}";
  }
  if (!bodies.empty()) out += ",\"requestBody\":{\"required\":true,\"content\":{" + bodies + "}}";
  out += ",\"responses\":{\"200\":{\"description\":\"Done.\",\"content\":{" + answers + "}}";
  out += ",\"default\":{\"description\":\"It was not done.\",\"content\":" +
         content("application/problem+json", "{\"$ref\":\"#/components/schemas/Problem\"}") + "}}}";
  return out;
}

std::string command_schema() {
  std::string types;
  for (const std::string_view type : command_types()) {
    if (!types.empty()) types += ',';
    types += json_text(type);
  }
  return "{\"type\":\"object\",\"required\":[\"type\"],\"properties\":{\"type\":{\"enum\":[" + types +
         "]},\"command_id\":{\"type\":\"string\",\"maxLength\":64},\"actor\":{\"type\":\"string\"}},"
         "\"description\":\"commands/schema/command.capnp has the fields of each type.\"}";
}

std::string problem_schema() {
  return "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{\"type\":{\"type\":\"string\",\"format\":"
         "\"uri\"},"
         "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"field\":{\"type\":"
         "\"string\"},"
         "\"request_id\":{\"type\":\"string\"},\"command_id\":{\"type\":\"string\"},\"outcome\":{\"type\":\"object\"}}}";
}

std::string document() {
  std::map<std::string_view, std::map<std::string_view, std::vector<const Route*>>> paths;
  for (const Route& route : routes()) paths[route.path][route.method == Method::get ? "get" : "post"].push_back(&route);
  std::string out = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"muniment\",\"version\":" + json_text(version) + "},\"paths\":{";
  bool is_first = true;
  for (const auto& [path, methods] : paths) {
    if (!is_first) out += ',';
    is_first = false;
    out += json_text(path) + ":{";
    bool is_first_method = true;
    for (const auto& [method, of_method] : methods) {
      if (!is_first_method) out += ',';
      is_first_method = false;
      out += json_text(method) + ":" + operation(of_method);
    }
    out += '}';
  }
  out += "},\"components\":{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{\"Command\":" +
         command_schema() + ",\"Problem\":" + problem_schema() + "}}}\n";
  return out;
}

}  // namespace

const std::string& openapi_document() {
  static const std::string text = document();
  return text;
}

}  // namespace muniment
