// One JSON string.
#pragma once

#include <string>
#include <string_view>

namespace muniment {

// Appends the text between quotation marks. Escapes what RFC 8259 demands and nothing else: other UTF-8 stays as it is.
// Precondition: is_utf8(text), or U+0000 besides.
void write_json_string(std::string& out, std::string_view text);
// The text as a JSON string. Precondition: as above.
std::string json_text(std::string_view text);

}  // namespace muniment
