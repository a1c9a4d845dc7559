// Who acts: a kind and a name that is unique in it. Written as `mhughes`, `officer:rkelly`, `submitter:portal`, `auditor:kim`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/schema/event.capnp.h"

namespace muniment {

struct Principal {
  schema::PrincipalKind kind = schema::PrincipalKind::NODE;
  std::string name;

  // Reads the written form. A name without a prefix must be a username and is folded like one; officers', submitters' and auditors' names
  // are 1 to 64 of a-z, 0-9, dot, hyphen and underscore, folded to lower case. Nothing for anything else; `node`, outsiders and operators
  // cannot be named.
  static std::optional<Principal> parse(std::string_view text);
  static Principal account(std::string_view username) { return {schema::PrincipalKind::ACCOUNT, std::string{username}}; }
  static Principal officer(std::string_view name) { return {schema::PrincipalKind::OFFICER, std::string{name}}; }
  static Principal submitter(std::string_view name) { return {schema::PrincipalKind::SUBMITTER, std::string{name}}; }
  static Principal auditor(std::string_view name) { return {schema::PrincipalKind::AUDITOR, std::string{name}}; }
  static Principal machine_operator(std::string_view name) { return {schema::PrincipalKind::OPERATOR, std::string{name}}; }
  static Principal node() { return {schema::PrincipalKind::NODE, "node"}; }

  std::string text() const;
  bool operator==(const Principal&) const = default;
};

}  // namespace muniment
