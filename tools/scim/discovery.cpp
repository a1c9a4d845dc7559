#include "tools/scim/discovery.h"

#include <algorithm>
#include <array>
#include <string>

#include "tools/scim/names.h"

namespace muniment::scim {
namespace {

constexpr std::string_view read_write = "readWrite";
constexpr std::string_view read_only = "readOnly";

// An attribute as schemas describe it; what is not said is as in RFC 7643, 2.2.
struct Attribute {
  std::string_view name;
  std::string_view description;
  std::string_view type = "string";
  bool is_multi_valued = false;
  bool is_required = false;
  std::string_view mutability = read_write;
  std::string_view returned = "default";
  std::string_view uniqueness = "none";
  std::vector<Attribute> parts = {};
};

json::array described(const std::vector<Attribute>& attributes) {
  json::array out;
  for (const Attribute& attribute : attributes) {
    json::object one{{"name", attribute.name},
                     {"type", attribute.type},
                     {"multiValued", attribute.is_multi_valued},
                     {"description", attribute.description},
                     {"required", attribute.is_required},
                     {"mutability", attribute.mutability},
                     {"returned", attribute.returned}};
    if (attribute.type == "string" || attribute.type == "reference") {
      one["caseExact"] = false;
      one["uniqueness"] = attribute.uniqueness;
    }
    if (attribute.type == "reference") one["referenceTypes"] = json::array{"User", "Group"};
    if (!attribute.parts.empty()) one["subAttributes"] = described(attribute.parts);
    out.push_back(std::move(one));
  }
  return out;
}

json::object meta_of(std::string_view type, const std::string& path) {
  return {{"resourceType", type}, {"location", std::string{base} + path}};
}

json::object schema_of(std::string_view urn, std::string_view name, std::string_view description,
                       const std::vector<Attribute>& attributes) {
  return {{"schemas", json::array{json::string(schema_urn::schema)}},
          {"id", urn},
          {"name", name},
          {"description", description},
          {"attributes", described(attributes)},
          {"meta", meta_of("Schema", "/Schemas/" + std::string{urn})}};
}

std::vector<Attribute> user_attributes() {
  return {
      {.name = "userName",
       .description =
           "The username, which muniment makes and which never changes. A filter by it finds people by their address of work too.",
       .is_required = true,
       .uniqueness = "server"},
      {.name = "name",
       .description = "The person's name.",
       .type = "complex",
       .is_required = true,
       .parts = {{.name = "familyName", .description = "Last name.", .is_required = true},
                 {.name = "givenName", .description = "First name.", .is_required = true},
                 {.name = "middleName", .description = "Its first letter is kept."}}},
      {.name = "displayName", .description = "First and last name.", .mutability = read_only},
      {.name = "active",
       .description = "Whether the account is neither disabled nor terminated. The agency alone changes it.",
       .type = "boolean"},
      {.name = "emails",
       .description = "The address of work, shown to the home's administrators.",
       .type = "complex",
       .is_multi_valued = true,
       .is_required = true,
       .parts = {{.name = "value", .description = "The address.", .is_required = true},
                 {.name = "type", .description = "work."},
                 {.name = "primary", .description = "Of several, the one that is kept.", .type = "boolean"}}},
      {.name = "groups",
       .description = "Services held at the providers that the caller sees.",
       .type = "complex",
       .is_multi_valued = true,
       .mutability = read_only,
       .parts = {{.name = "value", .description = "The Group's id.", .mutability = read_only},
                 {.name = "$ref", .description = "The Group.", .type = "reference", .mutability = read_only},
                 {.name = "display", .description = "The Group's id.", .mutability = read_only},
                 {.name = "type", .description = "direct.", .mutability = read_only}}},
  };
}

std::vector<Attribute> person_attributes() {
  return {
      {.name = "birthDay", .description = "Month and day of birth, mm/dd.", .is_required = true},
      {.name = "zip", .description = "ZIP code: five or nine digits, as text.", .is_required = true},
      {.name = "pin",
       .description = "Four digits, which a new User needs. Never shown; left out of a change it stays.",
       .mutability = "writeOnly",
       .returned = "never"},
      {.name = "home", .description = "The PID/SL of the provider that made the account.", .mutability = read_only},
      {.name = "provider", .description = "The PID/SL of the provider that `services` is about.", .mutability = "immutable"},
      {.name = "services", .description = "Ids of the services held there.", .is_multi_valued = true, .is_required = true},
  };
}

std::vector<Attribute> group_attributes() {
  return {{.name = "displayName", .description = "The provider's name and the service's.", .mutability = read_only},
          {.name = "members",
           .description = "The accounts that hold the service at the provider.",
           .type = "complex",
           .is_multi_valued = true,
           .parts = {{.name = "value", .description = "The User's id.", .mutability = "immutable"},
                     {.name = "$ref", .description = "The User.", .type = "reference", .mutability = "immutable"},
                     {.name = "type", .description = "User.", .mutability = "immutable"}}}};
}

}  // namespace

json::object service_provider_config() {
  return {
      {"schemas", json::array{json::string(schema_urn::provider_config)}},
      {"patch", json::object{{"supported", true}}},
      {"bulk", json::object{{"supported", true}, {"maxOperations", bulk_operations_max}, {"maxPayloadSize", bulk_bytes_max}}},
      {"filter", json::object{{"supported", true}, {"maxResults", resources_max}}},
      {"changePassword", json::object{{"supported", false}}},
      {"sort", json::object{{"supported", false}}},
      {"etag", json::object{{"supported", true}}},
      {"authenticationSchemes", json::array{json::object{{"type", "oauthbearertoken"},
                                                         {"name", "Bearer token"},
                                                         {"description", "A token of the node, or of an identity provider that it knows."},
                                                         {"primary", true}}}},
      {"meta", meta_of("ServiceProviderConfig", "/ServiceProviderConfig")}};
}

std::vector<json::object> resource_types() {
  const auto type_of = [](std::string_view name, std::string_view urn, std::string_view description) {
    return json::object{{"schemas", json::array{json::string(schema_urn::resource_type)}},
                        {"id", name},
                        {"name", name},
                        {"endpoint", "/" + std::string{name} + "s"},
                        {"description", description},
                        {"schema", urn},
                        {"meta", meta_of("ResourceType", "/ResourceTypes/" + std::string{name})}};
  };
  json::object user = type_of("User", schema_urn::user, "A person's account.");
  user["schemaExtensions"] = json::array{json::object{{"schema", schema_urn::person}, {"required", true}}};
  return {std::move(user), type_of("Group", schema_urn::group, "A service at a provider.")};
}

std::vector<json::object> schemas() {
  return {schema_of(schema_urn::user, "User", "A person's account.", user_attributes()),
          schema_of(schema_urn::group, "Group", "A service at a provider, with the accounts that hold it there.", group_attributes()),
          schema_of(schema_urn::person, "Person", "What muniment keeps of a person beyond SCIM.", person_attributes())};
}

bool is_read_only(const AttributePath& path) {
  constexpr std::array<std::string_view, 3> of_every_resource{"id", "meta", "schemas"};
  static const std::vector<Attribute> user = user_attributes();
  static const std::vector<Attribute> group = group_attributes();
  static const std::vector<Attribute> person = person_attributes();
  const auto is_it = [&](std::string_view name) { return is_same_name(name, path.name); };
  const auto is_among = [&](const std::vector<Attribute>& attributes) {
    return std::ranges::any_of(attributes, [&](const Attribute& one) { return is_it(one.name) && one.mutability == read_only; });
  };
  if (!path.extension.empty()) return is_among(person);
  return std::ranges::any_of(of_every_resource, is_it) || is_among(user) || is_among(group);
}

std::optional<json::object> named(const std::vector<json::object>& resources, std::string_view id) {
  for (const json::object& resource : resources) {
    if (is_same_name(resource.at("id").as_string(), id)) return resource;
  }
  return std::nullopt;
}

json::object list_response(json::array resources, std::size_t total, std::size_t start) {
  json::object out{{"schemas", json::array{json::string(message::list)}},
                   {"totalResults", total},
                   {"startIndex", start},
                   {"itemsPerPage", resources.size()}};
  out["Resources"] = std::move(resources);
  return out;
}

}  // namespace muniment::scim
