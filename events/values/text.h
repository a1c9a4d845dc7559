// Rules for text that people type: NFC UTF-8 without control characters, and the folding that searches compare by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muniment {

// Whether the bytes are well-formed UTF-8 without U+0000.
bool is_utf8(std::string_view text);
// Whether a control character (general category Cc, Cf but for the joiners, Zl or Zp) stands in the text.
bool has_control_characters(std::string_view text);
// The text in Unicode normalization form C, without surrounding white space (general category Zs). Nothing when it is no UTF-8 or has
// control characters.
std::optional<std::string> normalized(std::string_view text);
// Number of code points. Precondition: is_utf8(text).
std::size_t code_points(std::string_view text);
// In lower case and NFC, for names that are compared without case. Nothing when it is no UTF-8, or has beyond ASCII anything else than
// letters, their marks and digits, or a compatibility form of another character. The fold of a fold is itself.
std::optional<std::string> folded_letters(std::string_view text);
// What searches compare: case folded, accents, other marks and joiners removed, letters such as ø, ß, ł and æ spelled out in ASCII,
// apostrophes and hyphens of every kind made the ASCII one. The key of a key is itself.
// Precondition: is_utf8(text).
std::string search_key(std::string_view text);

}  // namespace muniment
