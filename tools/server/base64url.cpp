#include "tools/server/base64url.h"

namespace muniment {
namespace {

std::optional<unsigned> value_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return std::nullopt;
}

}  // namespace

std::string to_base64url(ByteSpan bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const Byte byte : bytes) {
    bits = (bits << 8 | byte) & 0xffffU;
    for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 0x3fU];
  }
  if (count > 0) out += digits[bits << (6 - count) & 0x3fU];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = value_of(c);
    if (!value) return std::nullopt;
    bits = (bits << 6 | *value) & 0xfffU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xffU);
  }
  const bool has_rest = (bits & ((1U << count) - 1U)) != 0;
  if (text.size() % 4 == 1 || has_rest) return std::nullopt;
  return out;
}

}  // namespace muniment
