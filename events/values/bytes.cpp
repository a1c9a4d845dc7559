#include "events/values/bytes.h"

#include <bit>
#include <cstring>

#include "events/values/put_text.h"

namespace muniment {
namespace {

template <typename Int>
void put_be(std::string& out, Int value) {
  for (int shift = static_cast<int>(sizeof(Int) * 8) - 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>((value >> shift) & 0xff));
}

template <typename Int>
Int get_be(const char* at) {
  Int value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  return value;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void put_hex(std::string& out, ByteSpan bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::size_t at = out.size();
  out.resize(at + bytes.size() * 2);
  for (const Byte b : bytes) {
    out[at++] = digits[b >> 4];
    out[at++] = digits[b & 15];
  }
}

std::string to_hex(ByteSpan bytes) {
  std::string out;
  put_hex(out, bytes);
  return out;
}

std::optional<Bytes> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit_of(digits[i]);
    const int low = digit_of(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<Byte>(high * 16 + low));
  }
  return out;
}

void put_u16be(std::string& out, std::uint16_t value) { put_be(out, value); }
void put_u32be(std::string& out, std::uint32_t value) { put_be(out, value); }
void put_u64be(std::string& out, std::uint64_t value) { put_be(out, value); }
std::uint16_t get_u16be(const char* at) { return get_be<std::uint16_t>(at); }
std::uint32_t get_u32be(const char* at) { return get_be<std::uint32_t>(at); }
std::uint64_t get_u64be(const char* at) { return get_be<std::uint64_t>(at); }

}  // namespace muniment
