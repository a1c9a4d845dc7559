#include "events/vault/hmac.h"

#include <algorithm>
#include <cstring>

#include "events/values/assert.h"
#include "events/vault/secret.h"

namespace muniment {
namespace {

using Block = std::array<Byte, sha256_block_bytes>;

}  // namespace

// The two first blocks side by side.
HmacKey::HmacKey(ByteSpan key) : inner_(Sha256State::initial()), outer_(Sha256State::initial()) {
  Block inner{};
  if (key.size() > inner.size()) {  // RFC 2104: a longer key is hashed first.
    std::ranges::copy(sha256({key}), inner.begin());
  } else {
    std::ranges::copy(key, inner.begin());
  }
  Block outer = inner;
  for (Byte& b : inner) b ^= 0x36;
  for (Byte& b : outer) b ^= 0x5c;
  sha256_blocks(inner_, inner.data(), outer_, outer.data(), 1);
  cleanse(inner);
  cleanse(outer);
}

HmacKey::~HmacKey() {
  cleanse({reinterpret_cast<Byte*>(&inner_), sizeof inner_});
  cleanse({reinterpret_cast<Byte*>(&outer_), sizeof outer_});
}

Digest HmacKey::mac(std::initializer_list<ByteSpan> parts) const {
  Sha256Message inner(inner_, 1);
  for (const ByteSpan part : parts) inner.add(part);
  Sha256Message outer(outer_, 1);
  outer.add(inner.finish());
  return outer.finish();
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
