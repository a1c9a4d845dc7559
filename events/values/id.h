// Random 16-byte identities. An AccountId names an account in every stream and key; an EventId names one event.
// They carry no meaning and never change; two kinds do not mix.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>

#include "events/values/bytes.h"

namespace muniment {

template <typename Kind>
class Id {
 public:
  static constexpr std::size_t size = 16;

  Id() = default;  // All zero: no identity.
  explicit Id(const std::array<Byte, size>& bytes) : bytes_(bytes) {}
  // Nothing unless exactly 16 bytes are given.
  static std::optional<Id> from(ByteSpan bytes) {
    if (bytes.size() != size) return std::nullopt;
    Id id;
    std::memcpy(id.bytes_.data(), bytes.data(), size);
    return id;
  }

  // The bytes as two numbers, the lowest byte first, as a record keeps them.
  static Id from_words(std::uint64_t first, std::uint64_t last) {
    static_assert(std::endian::native == std::endian::little);
    const std::array<std::uint64_t, 2> words{first, last};
    Id id;
    std::memcpy(id.bytes_.data(), words.data(), size);
    return id;
  }
  std::array<std::uint64_t, 2> words() const {
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), bytes_.data(), size);
    return words;
  }

  ByteSpan bytes() const { return bytes_; }
  std::string hex() const { return to_hex(bytes_); }
  bool is_zero() const { return *this == Id{}; }
  auto operator<=>(const Id&) const = default;

  // The bytes are random, so any eight of them are a hash.
  std::size_t hash() const {
    std::size_t value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    return value;
  }

 private:
  std::array<Byte, size> bytes_{};
};

using AccountId = Id<struct AccountKind>;
using EventId = Id<struct EventKind>;

// Fills `out` from the operating system's generator, through OpenSSL. Throws std::runtime_error if it has none to give.
void fill_random(std::span<Byte> out);

// Hands out random ids from a buffer, so that one call to the generator serves many. Not thread-safe. Not copied, nor used on both
// sides of a fork: the rest of the buffer would be handed out twice.
class IdSource {
 public:
  IdSource() = default;
  IdSource(const IdSource&) = delete;
  IdSource& operator=(const IdSource&) = delete;

  AccountId next_account() { return AccountId{next()}; }
  EventId next_event() { return EventId{next()}; }

 private:
  std::array<Byte, 16> next();

  std::array<Byte, 4096> buffer_{};
  std::size_t used_ = sizeof(buffer_);
};

}  // namespace muniment

template <typename Kind>
struct std::hash<muniment::Id<Kind>> {
  std::size_t operator()(const muniment::Id<Kind>& id) const noexcept { return id.hash(); }
};
