// One member of a JSON object of which nothing else need be right: for answers about documents that were refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muniment {

// The text of the member of that name, if `json` is an object that has exactly one and it is text without U+0000. Nothing else: also where
// the document is no JSON.
std::optional<std::string> text_member(std::string_view json, std::string_view name);

}  // namespace muniment
