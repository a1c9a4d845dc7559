// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869) over one SHA-256 context that is fetched once and reused.
//
// HMAC is written out here on OpenSSL's digest rather than taken from its EVP_MAC or EVP_KDF, because those allocate and copy at every new
// key: half the speed, and a tenth for EVP_KDF. They also take an absent key or salt to mean "the one of the last call". Here an empty
// key is an empty key, and nothing is remembered between two calls.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>

#include "events/values/bytes.h"

namespace muniment {

using Digest = std::array<Byte, 32>;

// Not thread-safe: one a thread, or under a lock.
class HmacSha256 {
 public:
  HmacSha256();
  ~HmacSha256();

  // The tag of the parts, one behind the other. The parts are not delimited: a caller whose parts vary in length says their lengths.
  Digest mac(ByteSpan key, std::initializer_list<ByteSpan> parts);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// HKDF's second step alone, for a key that is uniformly random already (RFC 5869, section 3.3). At most 255 * 32 bytes.
void hkdf_expand(HmacSha256& hmac, ByteSpan key, ByteSpan info, std::span<Byte> out);

// Both steps. An empty salt means 32 zero bytes, as the RFC says; Sealer never passes one.
void hkdf(HmacSha256& hmac, ByteSpan key, ByteSpan salt, ByteSpan info, std::span<Byte> out);

}  // namespace muniment
