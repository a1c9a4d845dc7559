// A last line `sha256 HEX` over everything before it: without one, a bit that rots in a small file could make it say something else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muniment {

// The text, which ends with a line feed or is empty, and the line.
std::string with_checksum_line(std::string text);
// What stands before the line; nothing where there is none at the end, or it is that of another text.
std::optional<std::string_view> before_checksum_line(std::string_view text);

}  // namespace muniment
