// A resource as a tree of JSON, which filters and patches walk.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string_view>

#include "tools/scim/error.h"

namespace muniment::scim {

namespace json = boost::json;

// Errors: invalidSyntax; a member that stands in the text twice is one, so that no two readers can see two things in it. invalidValue of a
// text with U+0000, which a command would end at.
std::expected<json::value, Error> parse_json(std::string_view text);

// By its name without regard to case, as SCIM has it (RFC 7643, 2.1); null where there is none.
json::value* find_member(json::object& object, std::string_view name);
const json::value* find_member(const json::object& object, std::string_view name);
// The same member set, or a new one of this name.
void set_member(json::object& object, std::string_view name, json::value value);

bool is_same_name(std::string_view a, std::string_view b);
// In lower case: ASCII letters alone.
std::string folded(std::string_view text);

}  // namespace muniment::scim
