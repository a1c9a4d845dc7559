// Bytes in memory that somebody else owns, and their text forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muniment {

using Byte = std::uint8_t;
using ByteSpan = std::span<const Byte>;
using Bytes = std::vector<Byte>;

inline ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const Byte*>(text.data()), text.size()}; }
inline std::string_view text_of(ByteSpan bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Lower-case hexadecimal digits, two a byte.
std::string to_hex(ByteSpan bytes);
// Accepts both cases. Nothing when a character is no digit or the count is odd.
std::optional<Bytes> from_hex(std::string_view digits);

// Big-endian, so that bytewise order is numeric order. Appends to `out`.
void put_u16be(std::string& out, std::uint16_t value);
void put_u32be(std::string& out, std::uint32_t value);
void put_u64be(std::string& out, std::uint64_t value);
std::uint16_t get_u16be(const char* at);
std::uint32_t get_u32be(const char* at);
std::uint64_t get_u64be(const char* at);

}  // namespace muniment
