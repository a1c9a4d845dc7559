// Secret bytes of a fixed size. Every copy is overwritten when it is destroyed; two kinds of secret do not mix.
// Secrets have no text form and no comparison: neither a log line nor a timing can give one away by accident.
#pragma once

#include <array>
#include <cstring>
#include <span>

#include "events/values/bytes.h"
#include "events/values/id.h"

namespace muniment {

// Overwrites the bytes in a way that the compiler does not leave out.
void cleanse(std::span<Byte> bytes);

// Compares in a time that depends on the sizes alone.
bool equal_in_constant_time(ByteSpan a, ByteSpan b);

template <typename Kind, std::size_t Size = 32>
class Secret {
 public:
  static constexpr std::size_t size = Size;

  explicit Secret(std::span<const Byte, Size> bytes) { std::memcpy(bytes_.data(), bytes.data(), Size); }
  static Secret random() {
    Secret secret;
    fill_random(secret.bytes_);
    return secret;
  }
  // From a generator of another kind: one that fills what it is given.
  template <typename Source>
  static Secret random(Source& source) {
    Secret secret;
    source.fill(secret.bytes_);
    return secret;
  }

  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { cleanse(bytes_); }

  std::span<const Byte, Size> bytes() const { return bytes_; }

 private:
  Secret() = default;

  std::array<Byte, Size> bytes_{};
};

// Seals the personal data of one account.
using AccountKey = Secret<struct AccountKeyKind>;

}  // namespace muniment
