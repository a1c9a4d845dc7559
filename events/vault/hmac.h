// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869).
//
// HMAC is written out here on SHA-256's compression rather than taken from its EVP_MAC or EVP_KDF, because those allocate and copy at every
// new key: less than half the speed, and a tenth for EVP_KDF. They also take an absent key or salt to mean "the one of the last call". Here
// an empty key is an empty key, and nothing is remembered between two calls.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "events/values/bytes.h"
#include "events/values/sha256_blocks.h"

namespace muniment {

using Digest = std::array<Byte, 32>;

// A key as HMAC uses it, made ready once. As secret as the key; overwritten when it is destroyed. Any thread.
class HmacKey {
 public:
  explicit HmacKey(ByteSpan key);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  ~HmacKey();

  // The tag of the parts, one behind the other. The parts are not delimited: a caller whose parts vary in length says their lengths.
  Digest mac(std::initializer_list<ByteSpan> parts) const;

 private:
  // After the first block of each.
  Sha256State inner_;
  Sha256State outer_;
};

// HKDF's second step alone, for a key that is uniformly random already (RFC 5869, section 3.3). At most 255 * 32 bytes.
void hkdf_expand(ByteSpan key, ByteSpan info, std::span<Byte> out);

// Both steps. An empty salt means 32 zero bytes, as the RFC says; Sealer never passes one.
void hkdf(ByteSpan key, ByteSpan salt, ByteSpan info, std::span<Byte> out);

}  // namespace muniment
