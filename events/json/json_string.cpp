#include "events/json/json_string.h"

#include <array>
#include <cstdint>
#include <cstring>

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

// Whether one of eight characters, which a word has, is escaped: below 0x20, a quotation mark or a backslash. (Bit Twiddling Hacks,
// "Determine if a word has a byte less than n": it is exact for any byte, though not which one it is.)
constexpr bool has_escaped(std::uint64_t word) {
  constexpr std::uint64_t ones = ~std::uint64_t{0} / 255;
  constexpr std::uint64_t highs = ones * 0x80;
  const auto has_zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes; };
  const std::uint64_t controls = (word - ones * 0x20) & ~word;
  return ((controls | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\')) & highs) != 0;
}

// How many characters stand before the first that is escaped.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (has_escaped(word)) break;
  }
  while (at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0) ++at;
  return at;
}

void write_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text, 0, plain);
    if (plain == text.size()) return;
    const auto c = static_cast<unsigned char>(text[plain]);
    out.push_back('\\');
    out.push_back(escapes[c]);
    if (escapes[c] == 'u') out.append({'0', '0', digits[c >> 4], digits[c & 15]});
    text.remove_prefix(plain + 1);
  }
}

}  // namespace

void write_json_string(std::string& out, std::string_view text) {
  const std::size_t plain = plain_prefix(text);
  const bool is_plain = plain == text.size();
  const std::size_t at = out.size();
  const std::size_t end = at + plain + (is_plain ? 2 : 1);
  out.resize_and_overwrite(end, [&](char* to, std::size_t) {  // g++ 12 gives the capacity there instead of the size.
    to[at] = '"';
    text.copy(to + at + 1, plain);
    if (is_plain) to[end - 1] = '"';
    return end;
  });
  if (is_plain) [[likely]]
    return;
  write_escaped(out, text.substr(plain));
  out.push_back('"');
}

std::string json_text(std::string_view text) {
  std::string out;
  write_json_string(out, text);
  return out;
}

}  // namespace muniment
