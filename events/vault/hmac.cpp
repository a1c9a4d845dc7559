#include "events/vault/hmac.h"

// SHA-256 by its own functions: a state can then be copied, which spares two of the blocks of every tag, and a digest is set up in half the
// time that EVP needs. Deprecated since OpenSSL 3.0 in favour of EVP; the values are the same, and the tests compare the two.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "events/values/assert.h"
#include "events/vault/secret.h"

namespace muniment {
namespace {

constexpr std::size_t block_size = 64;  // Of SHA-256, in bytes.

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not compute SHA-256: check its installation");
}

void add(SHA256_CTX& state, ByteSpan bytes) { require(SHA256_Update(&state, bytes.data(), bytes.size()) == 1); }

SHA256_CTX after_block(std::span<const Byte, block_size> block) {
  SHA256_CTX state;
  require(SHA256_Init(&state) == 1);
  add(state, block);
  return state;
}

}  // namespace

HmacKey::HmacKey(ByteSpan key) {
  static_assert(sizeof(State) == sizeof(SHA256_CTX) && alignof(State) >= alignof(SHA256_CTX));
  std::array<Byte, block_size> pad{};
  if (key.size() > block_size) {  // RFC 2104: a longer key is hashed first.
    require(SHA256(key.data(), key.size(), pad.data()) != nullptr);
  } else if (!key.empty()) {
    std::memcpy(pad.data(), key.data(), key.size());
  }
  for (Byte& b : pad) b ^= 0x36;
  inner_ = std::bit_cast<State>(after_block(pad));
  for (Byte& b : pad) b ^= 0x36 ^ 0x5c;
  outer_ = std::bit_cast<State>(after_block(pad));
  cleanse(pad);
}

HmacKey::~HmacKey() {
  cleanse(inner_.bytes);
  cleanse(outer_.bytes);
}

Digest HmacKey::mac(std::initializer_list<ByteSpan> parts) const {
  Digest digest;
  auto state = std::bit_cast<SHA256_CTX>(inner_);
  for (const ByteSpan part : parts) add(state, part);
  require(SHA256_Final(digest.data(), &state) == 1);
  state = std::bit_cast<SHA256_CTX>(outer_);
  add(state, digest);
  require(SHA256_Final(digest.data(), &state) == 1);
  return digest;
}

void hkdf_expand(ByteSpan key, ByteSpan info, std::span<Byte> out) {
  MUNIMENT_ASSERT(out.size() <= 255 * sizeof(Digest));
  const HmacKey hmac(key);
  Digest previous{};
  std::size_t previous_size = 0;  // T(0) is empty.
  Byte counter = 1;
  for (std::size_t done = 0; done < out.size(); ++counter) {
    previous = hmac.mac({ByteSpan(previous).first(previous_size), info, ByteSpan(&counter, 1)});
    previous_size = previous.size();
    const std::size_t taken = std::min(previous.size(), out.size() - done);
    std::memcpy(out.data() + done, previous.data(), taken);
    done += taken;
  }
  cleanse(previous);
}

void hkdf(ByteSpan key, ByteSpan salt, ByteSpan info, std::span<Byte> out) {
  Digest extracted = HmacKey(salt).mac({key});  // HMAC pads an empty key with zeros, which is the RFC's default salt.
  hkdf_expand(extracted, info, out);
  cleanse(extracted);
}

}  // namespace muniment
