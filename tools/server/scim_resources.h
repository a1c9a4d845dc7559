// Users and Groups as a session sees and changes them. Each gives what is to be answered, or what is wrong.
#pragma once

#include <expected>
#include <functional>
#include <limits>
#include <string>

#include "tools/scim/group.h"
#include "tools/scim/json.h"
#include "tools/scim/selection.h"
#include "tools/scim/user.h"
#include "tools/server/scim_session.h"

namespace muniment {

inline constexpr Position newest_known = std::numeric_limits<Position>::max();  // Whatever it is.

// What was done: the resource as it is then.
struct ScimOutcome {
  unsigned status = 200;
  scim::json::object resource = {};  // Empty: nothing is left of it, or nothing is to be said.
  std::string location = {};
  std::string etag = {};
};
using ScimResult = std::expected<ScimOutcome, scim::Error>;

// The names of what a list has before it is narrowed, and the resource of a name; nothing where it is gone by then.
struct ScimListing {
  std::vector<std::string> names = {};
  std::function<std::optional<scim::json::object>(const std::string&)> resource = {};
};

class ScimUsers {
 public:
  explicit ScimUsers(ScimSession& session) : session_(session) {}

  ScimResult get(const std::string& id) const;
  // A filter that can match one name only spares the others. Error: tooMany where the caller sees everything and names no provider.
  std::expected<ScimListing, scim::Error> list(const std::optional<std::string>& only) const;
  ScimResult create(const scim::json::object& sent);
  ScimResult replace(const std::string& id, const scim::json::object& sent);
  ScimResult patch(const std::string& id, const scim::json::value& message);
  ScimResult remove(const std::string& id);

 private:
  using Wanted = std::function<std::expected<scim::UserWanted, scim::Error>(const scim::User&)>;

  std::expected<scim::User, scim::Error> find(const std::string& id) const;
  std::optional<scim::Error> stale(const scim::User& user) const;
  ScimResult change(const std::string& id, const Wanted& wanted);

  ScimSession& session_;
};

class ScimGroups {
 public:
  explicit ScimGroups(ScimSession& session) : session_(session) {}

  ScimResult get(const std::string& id, bool with_members) const;
  std::expected<ScimListing, scim::Error> list(bool with_members) const;
  ScimResult replace(const std::string& id, const scim::json::object& sent);
  ScimResult patch(const std::string& id, const scim::json::value& message);

 private:
  std::expected<scim::Group, scim::Error> find(const std::string& id, bool with_members) const;
  ScimResult change(const scim::Group& group, const std::vector<std::string>& members);
  std::expected<void, scim::Error> set_membership(const scim::GroupId& group, const Username& username, bool is_member);

  ScimSession& session_;
};

}  // namespace muniment
