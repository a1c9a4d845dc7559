// Finds one AES-GCM ciphertext whose tag is right under two keys: the attack that the seal's key commitment is there to stop. GCM's tag is
// linear in each block of the ciphertext, so with all blocks but one chosen, the last is the solution of one equation over GF(2^128).
// Source: Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking" (2018), section 3.
#pragma once

#include <array>
#include <span>

#include "events/values/bytes.h"
#include "events/vault/aead.h"

namespace muniment {

// One AES-256 block, as the cipher alone makes it.
std::array<Byte, 16> aes_block(std::span<const Byte, 32> key, const std::array<Byte, 16>& block);

struct Collision {
  Bytes ciphertext;
  std::array<Byte, Aes256Gcm::tag_size> tag;
};

// `ciphertext` is whole blocks; the last one is replaced. The nonce is zero.
Collision collide(std::span<const Byte, 32> key, std::span<const Byte, 32> other, ByteSpan aad, Bytes ciphertext);

}  // namespace muniment
