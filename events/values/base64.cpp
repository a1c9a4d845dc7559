#include "events/values/base64.h"

#include <array>

namespace muniment {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t no_digit = 64;

constexpr std::array<Byte, 256> digit_values = [] {
  std::array<Byte, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<Byte>(alphabet[i])] = static_cast<Byte>(i);
  return table;
}();

}  // namespace

void append_base64(std::string& out, ByteSpan bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? bytes[i + j] : 0u);
    for (std::size_t j = 0; j < 4; ++j) out.push_back(j <= count ? alphabet[group >> (18 - 6 * j) & 63] : '=');
  }
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  Bytes out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits not yet in `out`
  for (const char c : text) {
    const std::uint32_t digit = digit_values[static_cast<Byte>(c)];
    if (digit == no_digit) return std::nullopt;
    bits = bits << 6 | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<Byte>(bits >> held));
    bits &= (1u << held) - 1;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

}  // namespace muniment
