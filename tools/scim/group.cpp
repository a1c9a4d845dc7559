#include "tools/scim/group.h"

#include <algorithm>

#include "tools/scim/names.h"
#include "tools/wire/percent_encoded.h"

namespace muniment::scim {

std::optional<GroupId> GroupId::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) return std::nullopt;
  const auto provider = ProviderId::parse(text.substr(0, dot));
  if (!provider || provider->text() != text.substr(0, dot)) return std::nullopt;
  return GroupId{*provider, std::string{text.substr(dot + 1)}};
}

std::string GroupId::text() const { return provider.text() + "." + service; }
std::string GroupId::location() const { return std::string{base} + "/Groups/" + percent_encoded(text()); }

json::object group_resource(const Group& group) {
  json::array members;
  for (const std::string& username : group.members)
    members.push_back(
        json::object{{"value", username}, {"$ref", std::string{base} + "/Users/" + percent_encoded(username)}, {"type", "User"}});
  return {{"schemas", json::array{json::string(schema_urn::group)}},
          {"id", group.id.text()},
          {"displayName", group.display},
          {"members", std::move(members)},
          {"meta", json::object{{"resourceType", "Group"}, {"location", group.id.location()}}}};
}

std::expected<std::optional<std::vector<std::string>>, Error> read_members(const json::object& resource) {
  const json::value* members = find_member(resource, "members");
  if (members == nullptr) return std::nullopt;
  std::vector<std::string> out;
  if (members->is_null()) return out;
  const json::array list = members->is_array() ? members->get_array() : json::array{*members};
  for (const json::value& one : list) {
    const json::value* value = one.is_object() ? find_member(one.get_object(), "value") : nullptr;
    if (value == nullptr || !value->is_string()) return std::unexpected(invalid_value("members: expected objects with a `value`"));
    std::string name{value->get_string()};
    if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

}  // namespace muniment::scim
