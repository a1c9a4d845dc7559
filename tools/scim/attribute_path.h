// The name of an attribute as requests write it: `userName`, `name.familyName`, `urn:...:User:birthDay` (RFC 7644, 3.10).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "tools/scim/json.h"

namespace muniment::scim {

struct AttributePath {
  std::string extension = {};  // The URN of a schema whose attributes stand in an object of that name; empty: a core attribute.
  std::string name = {};       // Empty: the extension as a whole.
  std::string sub = {};        // Empty: none.

  // Nothing where it is no path: another schema's URN, a character that no name has.
  static std::optional<AttributePath> parse(std::string_view text);

  // What it names before the sub-attribute; null where it is not there.
  const json::value* find(const json::object& resource) const;
};

// ASCII letters and digits, `-`, `_` and `$`; begins with a letter or `$`.
bool is_attribute_name(std::string_view name);

}  // namespace muniment::scim
