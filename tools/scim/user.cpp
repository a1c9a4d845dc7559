#include "tools/scim/user.h"

#include <algorithm>
#include <array>

#include "tools/scim/attribute_path.h"
#include "tools/scim/group.h"
#include "tools/scim/names.h"
#include "tools/wire/percent_encoded.h"

namespace muniment::scim {
namespace {

// The texts that a User may say, by their paths. `birthDay` and the like stand in the extension.
struct TextAttribute {
  std::string_view path;
  std::optional<std::string> UserWanted::* member;
};
constexpr std::string_view in_extension = "urn:ietf:params:scim:schemas:extension:muniment:2.0:User:";
constexpr std::array<TextAttribute, 7> text_attributes{
    {{"userName", &UserWanted::user_name},
     {"name.familyName", &UserWanted::family_name},
     {"name.givenName", &UserWanted::given_name},
     {"name.middleName", &UserWanted::middle_name},
     {"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:birthDay", &UserWanted::birth_day},
     {"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:zip", &UserWanted::zip},
     {"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:pin", &UserWanted::pin}}};

// Null: it is not there, or is null, which is the same.
const json::value* value_at(const json::object& resource, std::string_view text) {
  const auto path = AttributePath::parse(text);
  const json::value* out = path->find(resource);
  if (out != nullptr && !path->sub.empty()) out = out->is_object() ? find_member(out->get_object(), path->sub) : nullptr;
  return out == nullptr || out->is_null() ? nullptr : out;
}

std::unexpected<Error> wrong_member(std::string_view attribute, std::string_view expected) {
  return std::unexpected(invalid_value(std::string{attribute} + ": expected " + std::string{expected}));
}

// Of several addresses the primary one, or else the one of work.
std::expected<std::optional<std::string>, Error> read_email(const json::object& resource) {
  const json::value* emails = value_at(resource, "emails");
  if (emails == nullptr) return std::nullopt;
  const json::array list = emails->is_array() ? emails->get_array() : json::array{*emails};
  std::vector<std::string> all, primary, of_work;
  for (const json::value& one : list) {
    const json::value* value = one.is_object() ? find_member(one.get_object(), "value") : nullptr;
    if (value == nullptr || !value->is_string()) return wrong_member("emails", "objects with a `value`");
    const json::value* is_primary = find_member(one.get_object(), "primary");
    const json::value* type = find_member(one.get_object(), "type");
    all.emplace_back(value->get_string());
    if (is_primary != nullptr && is_primary->is_bool() && is_primary->get_bool()) primary.push_back(all.back());
    if (type != nullptr && type->is_string() && is_same_name(type->get_string(), "work")) of_work.push_back(all.back());
  }
  for (const auto* of : {&primary, &of_work, &all}) {
    if (of->size() == 1) return of->front();
  }
  if (all.empty()) return std::nullopt;
  return wrong_member("emails", "one address of work");
}

// Azure sends it as a text.
std::expected<std::optional<bool>, Error> read_active(const json::object& resource) {
  const json::value* active = value_at(resource, "active");
  if (active == nullptr) return std::nullopt;
  if (active->is_bool()) return active->get_bool();
  if (active->is_string() && is_same_name(active->get_string(), "true")) return true;
  if (active->is_string() && is_same_name(active->get_string(), "false")) return false;
  return wrong_member("active", "true or false");
}

std::expected<std::optional<std::vector<std::string>>, Error> read_services(const json::object& resource) {
  const json::value* services = value_at(resource, std::string{in_extension} + "services");
  if (services == nullptr) return std::nullopt;
  const json::array list = services->is_array() ? services->get_array() : json::array{*services};
  std::vector<std::string> out;
  for (const json::value& one : list) {
    const json::value* id = one.is_object() ? find_member(one.get_object(), "value") : &one;
    if (id == nullptr || !id->is_string()) return wrong_member("services", "ids of services");
    out.emplace_back(id->get_string());
  }
  return out;
}

}  // namespace

const UserLink* User::link(const ProviderId& at) const {
  const auto found = std::ranges::find_if(links, [&](const UserLink& one) { return one.provider == at; });
  return found == links.end() ? nullptr : &*found;
}

json::object user_resource(const User& user) {
  const std::string location = std::string{base} + "/Users/" + percent_encoded(user.username);
  json::object out{{"schemas", json::array{json::string(schema_urn::user), json::string(schema_urn::person)}},
                   {"id", user.username},
                   {"userName", user.username}};
  const Profile& profile = user.profile;
  if (!profile.last_name.empty()) {
    json::object name{{"familyName", profile.last_name}, {"givenName", profile.first_name}};
    if (!profile.middle_initial.empty()) name["middleName"] = profile.middle_initial;
    out["name"] = std::move(name);
    out["displayName"] = profile.first_name + " " + profile.last_name;
  }
  out["active"] = user.is_active;
  json::object person;
  if (user.shows_particulars) {
    if (!profile.email.empty()) out["emails"] = json::array{json::object{{"value", profile.email}, {"type", "work"}}};
    if (!profile.birth_day.empty()) person["birthDay"] = profile.birth_day;
    if (!profile.zip.empty()) person["zip"] = profile.zip;
  }
  json::array groups;
  for (const UserLink& link : user.links) {
    for (const std::string& service : link.services) {
      const GroupId group{link.provider, service};
      groups.push_back(json::object{{"value", group.text()}, {"$ref", group.location()}, {"display", group.text()}, {"type", "direct"}});
    }
  }
  out["groups"] = std::move(groups);
  if (user.home) person["home"] = user.home->text();
  if (const UserLink* here = user.link_here()) {
    person["provider"] = here->provider.text();
    json::array services;
    for (const std::string& service : here->services) services.push_back(json::string(service));
    person["services"] = std::move(services);
  }
  out[schema_urn::person] = std::move(person);
  json::object meta{{"resourceType", "User"}, {"location", location}};
  if (user.version) meta["version"] = "\"" + std::to_string(*user.version) + "\"";
  out["meta"] = std::move(meta);
  return out;
}

std::expected<UserWanted, Error> read_user(const json::object& resource) {
  UserWanted out;
  for (const auto& [path, member] : text_attributes) {
    const json::value* value = value_at(resource, path);
    if (value == nullptr) continue;
    if (!value->is_string()) return wrong_member(path, "a text");
    out.*member = std::string{value->get_string()};
  }
  auto email = read_email(resource);
  if (!email) return std::unexpected(std::move(email.error()));
  auto active = read_active(resource);
  if (!active) return std::unexpected(std::move(active.error()));
  auto services = read_services(resource);
  if (!services) return std::unexpected(std::move(services.error()));
  out.email = std::move(*email);
  out.is_active = *active;
  out.services = std::move(*services);
  if (const json::value* provider = value_at(resource, std::string{in_extension} + "provider")) {
    out.provider = provider->is_string() ? ProviderId::parse(provider->get_string()) : std::nullopt;
    if (!out.provider) return wrong_member("provider", "a PID/SL: nine digits and a letter");
  }
  return out;
}

std::expected<UserWanted, Error> read_patched_user(const json::object& before, const json::object& after) {
  constexpr std::array<std::string_view, 6> needed{"userName",
                                                   "name.familyName",
                                                   "name.givenName",
                                                   "active",
                                                   "urn:ietf:params:scim:schemas:extension:muniment:2.0:User:birthDay",
                                                   "urn:ietf:params:scim:schemas:extension:muniment:2.0:User:zip"};
  for (const std::string_view path : needed) {
    if (value_at(before, path) != nullptr && value_at(after, path) == nullptr) return wrong_member(path, "a value: it cannot be removed");
  }
  auto out = read_user(after);
  if (!out) return out;
  if (value_at(before, "emails") != nullptr && !out->email) return wrong_member("emails", "a value: it cannot be removed");
  if (value_at(before, "name.middleName") != nullptr && !out->middle_name) out->middle_name.emplace();
  if (value_at(before, std::string{in_extension} + "services") != nullptr && !out->services) out->services.emplace();
  return out;
}

}  // namespace muniment::scim
