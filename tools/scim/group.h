// A service at a provider as a SCIM Group, whose members are the accounts that hold it there.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/provider_id.h"
#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

// `110012345A.manage_referrals`.
struct GroupId {
  ProviderId provider;
  std::string service;

  static std::optional<GroupId> parse(std::string_view text);
  std::string text() const;
  std::string location() const;  // The path of its resource.
};

struct Group {
  GroupId id;
  std::string display;
  std::vector<std::string> members = {};  // Usernames.
};

json::object group_resource(const Group& group);

// The usernames that `members` of a resource names; nothing where it does not say `members` at all, which is not the same as that there
// shall be none. Errors: invalidValue.
std::expected<std::optional<std::vector<std::string>>, Error> read_members(const json::object& resource);

}  // namespace muniment::scim
