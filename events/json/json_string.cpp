#include "events/json/json_string.h"

#include <array>

namespace muniment {
namespace {

// What follows the backslash; `u` for the long form, zero for a character that stands as it is.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t control = 0; control < 0x20; ++control) table[control] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

}  // namespace

void write_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  std::size_t done = 0;  // Everything before it is in `out`.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const char escape = escapes[c];
    if (escape == 0) [[likely]]
      continue;
    out.append(text, done, i - done);
    out.push_back('\\');
    out.push_back(escape);
    if (escape == 'u') out.append({'0', '0', digits[c >> 4], digits[c & 15]});
    done = i + 1;
  }
  out.append(text, done);
  out.push_back('"');
}

std::string json_text(std::string_view text) {
  std::string out;
  write_json_string(out, text);
  return out;
}

}  // namespace muniment
