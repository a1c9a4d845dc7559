// A person's account as a SCIM User, and what a User that was sent wants.
//
// userName and id are the username, which muniment makes and which never changes. What SCIM lacks stands in the extension schema
// `urn:ietf:params:scim:schemas:extension:muniment:2.0:User`: birthDay, zip, pin (never shown), home, and provider and services: what the
// person holds at the provider that the caller acts for.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "commands/profile.h"
#include "events/values/provider_id.h"
#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

struct UserLink {
  ProviderId provider;
  std::vector<std::string> services;
};

// An account as the caller sees it.
struct User {
  std::string username;
  std::optional<std::uint64_t> version = {};  // Nothing: not for the caller.
  bool is_active = true;
  // The particulars beyond the name are for administrators of the home, and for the agency.
  bool shows_particulars = false;
  Profile profile = {};  // Empty where none was given or it cannot be read.
  std::optional<ProviderId> home = {};
  std::optional<ProviderId> provider = {};  // Where the caller acts on it, if that is clear.
  std::vector<UserLink> links = {};         // Those that the caller sees.

  const UserLink* link(const ProviderId& at) const;
  // What it holds at `provider`; null where it is not linked there.
  const UserLink* link_here() const { return provider ? link(*provider) : nullptr; }
};

json::object user_resource(const User& user);

// What was sent: absent is what is not said.
struct UserWanted {
  std::optional<std::string> user_name = {};
  std::optional<std::string> family_name = {};
  std::optional<std::string> given_name = {};
  std::optional<std::string> middle_name = {};
  std::optional<std::string> email = {};
  std::optional<std::string> birth_day = {};
  std::optional<std::string> zip = {};
  std::optional<std::string> pin = {};
  std::optional<bool> is_active = {};
  std::optional<ProviderId> provider = {};
  std::optional<std::vector<std::string>> services = {};
};

// Attributes that muniment has no place for are not looked at, nor is `password`. Errors: invalidValue, with the attribute.
std::expected<UserWanted, Error> read_user(const json::object& resource);

// The same of a resource after a patch: what is not there any more was removed. Errors: invalidValue of what cannot be.
std::expected<UserWanted, Error> read_patched_user(const json::object& before, const json::object& after);

}  // namespace muniment::scim
