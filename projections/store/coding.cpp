#include "projections/store/coding.h"

#include <algorithm>
#include <array>
#include <bit>

#include "events/values/assert.h"
#include "events/values/bytes.h"

namespace muniment::view {
namespace {

constexpr std::size_t provider_digits = 9;
constexpr std::uint64_t letters = 26;
constexpr std::size_t packed_provider_size = 5;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

[[noreturn]] void too_short() {
  throw Failed("a row of the views is shorter than its fields: delete the views' folder, they are built again");
}

}  // namespace

std::optional<PackedProvider> pack_provider(std::string_view text) {
  if (text.size() != provider_digits + 1) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text.substr(0, provider_digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const char letter = text[provider_digits];
  if (letter < 'A' || letter > 'Z') return std::nullopt;
  return number * letters + static_cast<std::uint64_t>(letter - 'A');
}

PackedProvider pack_provider(const ProviderId& id) {
  const auto packed = pack_provider(std::string_view{id.text()});
  MUNIMENT_ASSERT(packed.has_value());
  return *packed;
}

ProviderId unpack_provider(PackedProvider packed) {
  std::array<char, provider_digits + 1> text{};
  text[provider_digits] = static_cast<char>('A' + packed % letters);
  std::uint64_t number = packed / letters;
  for (std::size_t i = provider_digits; i > 0; --i, number /= 10) text[i - 1] = static_cast<char>('0' + number % 10);
  const auto id = ProviderId::parse({text.data(), text.size()});
  if (!id || number != 0) throw Failed("a row of the views names no provider: delete the views' folder, they are built again");
  return *id;
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_ordered(std::string& out, std::uint64_t value) {
  const auto bytes = (static_cast<unsigned>(std::bit_width(value)) + 7) / 8;
  out.push_back(static_cast<char>(bytes));
  for (unsigned i = bytes; i > 0; --i) out.push_back(static_cast<char>(value >> (8 * (i - 1))));
}

void put_time(std::string& out, Timestamp at) { put_u64be(out, std::bit_cast<std::uint64_t>(at.ns) ^ sign_bit); }

void put_provider(std::string& out, PackedProvider provider) {
  out.push_back(static_cast<char>(provider >> 32));
  put_u32be(out, static_cast<std::uint32_t>(provider));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

void put_key_text(std::string& out, std::string_view text) {
  out.append(text);
  out.push_back('\0');
}

std::string_view ByteReader::raw(std::size_t size) {
  if (rest_.size() < size) too_short();
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t ByteReader::byte() { return static_cast<std::uint8_t>(raw(1)[0]); }
std::uint16_t ByteReader::u16() { return get_u16be(raw(sizeof(std::uint16_t)).data()); }
std::uint32_t ByteReader::u32() { return get_u32be(raw(sizeof(std::uint32_t)).data()); }

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    value |= std::uint64_t{next & 0x7fu} << shift;
    if (next < 0x80) return value;
  }
  too_short();
}

std::uint64_t ByteReader::ordered() {
  const std::size_t size = byte();
  if (size > sizeof(std::uint64_t)) too_short();
  std::uint64_t value = 0;
  for (const char c : raw(size)) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

Timestamp ByteReader::time() { return Timestamp{std::bit_cast<std::int64_t>(get_u64be(raw(sizeof(std::uint64_t)).data()) ^ sign_bit)}; }

PackedProvider ByteReader::provider() {
  const std::uint64_t high = byte();
  static_assert(packed_provider_size == 1 + sizeof(std::uint32_t));
  return high << 32 | u32();
}

std::string_view ByteReader::text() { return raw(varint()); }

std::string_view ByteReader::key_text() {
  const auto end = rest_.find('\0');
  if (end == std::string_view::npos) too_short();
  const auto taken = raw(end);
  raw(1);
  return taken;
}

}  // namespace muniment::view
