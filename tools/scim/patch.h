// PATCH of RFC 7644, 3.5.2: add, replace and remove, with paths and filters of values, and without a path.
//
// Beyond it, what identity providers send: `op` in any case, a path-less value whose members are paths (`name.familyName`,
// `urn:...:User:zip`), `remove` with the values to remove, `add` to a value that is not there yet (`emails[type eq "work"].value`).
// What is to be removed and is not there is removed already.
#pragma once

#include <expected>

#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

constexpr std::size_t patch_operations_max = 1000;

// Applies the whole message or nothing of it. Errors: invalidSyntax, invalidPath, noTarget, invalidValue, and mutability where it would
// change what is_read_only() (discovery.h). What says of such an attribute what it is already changes nothing; a User's displayName is what
// its name makes of it when the whole message has been applied.
std::expected<json::object, Error> patched(const json::object& resource, const json::value& message);

}  // namespace muniment::scim
