#include "events/json/json_schema.h"

#include "events/json/json_string.h"
#include "events/json/plan.h"

namespace muniment {
namespace {

using json::Kind;

constexpr std::string_view time_form = R"({"type":"string","format":"date-time"})";
constexpr std::string_view number_text = R"({"type":["string","integer"],"pattern":"^-?[0-9]+$"})";

std::string json_text(std::string_view text) {
  std::string out;
  write_json_string(out, text);
  return out;
}

void add(std::string& list, const std::string& one) {
  if (!list.empty()) list += ',';
  list += one;
}

std::string schema_of(const json::Scope& scope, const std::string& tag);

std::string schema_of(const json::Enumeration& enumeration) {
  std::string names;
  for (const std::string& name : enumeration.names) add(names, json_text(name));
  return "{\"enum\":[" + names + "]}";
}

std::string schema_of(Kind kind, const json::Value& value) {
  switch (kind) {
    case Kind::boolean:
      return R"({"type":"boolean"})";
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::uint8:
    case Kind::uint16:
    case Kind::uint32:
      return R"({"type":["integer","string"],"pattern":"^-?[0-9]+$"})";
    case Kind::int64:
    case Kind::uint64:
      return std::string{number_text};
    case Kind::enumeration:
      return schema_of(*value.enumeration);
    case Kind::time:
      return std::string{time_form};
    case Kind::id:
      return R"({"type":"string","pattern":"^[0-9a-fA-F]{32}$"})";
    case Kind::provider:
      return R"({"type":"string","pattern":"^[0-9]{9} ?[A-Za-z]$"})";
    case Kind::text:
    case Kind::hex:
    case Kind::base64:
      return R"({"type":"string"})";
    case Kind::object:
    case Kind::group:
      return schema_of(value.object->scope, "");
    case Kind::list:
      return "{\"type\":\"array\",\"items\":" + schema_of(value.element, value) + "}";
  }
  return "{}";
}

// A member of a place that may be missing is missing with it.
bool is_required(const json::Scope& scope, const json::Member& member) {
  if (member.optional) return false;
  for (const json::Place& place : scope.places) {
    if (place.number == member.place && place.optional) return false;
  }
  return true;
}

std::string schema_of(const json::Union& choice) {
  std::string cases;
  for (std::size_t i = 0; i < choice.cases.size(); ++i) {
    const std::string tag = json_text(choice.tag) + ":{\"const\":" + json_text(choice.names[i]) + "}";
    add(cases, schema_of(choice.cases[i], tag));
  }
  return "{\"required\":[" + json_text(choice.tag) + "],\"oneOf\":[" + cases + "]}";
}

// `tag`: a property besides, of the case of a union.
std::string schema_of(const json::Scope& scope, const std::string& tag) {
  std::string properties = tag;
  std::string required;
  for (const json::Member& member : scope.members) {
    add(properties, json_text(member.name) + ":" + schema_of(member.value.kind, member.value));
    if (is_required(scope, member)) add(required, json_text(member.name));
  }
  std::string choices;
  for (const json::Union& choice : scope.unions) add(choices, schema_of(choice));
  std::string out = "{\"type\":\"object\",\"properties\":{" + properties + "}";
  if (!required.empty()) out += ",\"required\":[" + required + "]";
  if (!choices.empty()) out += ",\"allOf\":[" + choices + "]";
  return out + "}";
}

}  // namespace

std::string json_schema(capnp::StructSchema root) { return schema_of(json::compile(root).root->scope, ""); }

}  // namespace muniment
