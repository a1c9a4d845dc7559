#include "tests/events/vault/gcm_collision.h"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace muniment {
namespace {

// An element of GF(2^128) with GCM's reflected bits (NIST SP 800-38D, 6.3): bit 0 is the highest of the first byte.
struct Element {
  std::array<Byte, 16> bytes{};

  bool operator==(const Element&) const = default;
};

Element operator+(Element a, const Element& b) {
  for (std::size_t i = 0; i < 16; ++i) a.bytes[i] ^= b.bytes[i];
  return a;
}

Element operator*(const Element& a, Element b) {
  Element product;
  for (std::size_t bit = 0; bit < 128; ++bit) {
    if (a.bytes[bit / 8] >> (7 - bit % 8) & 1) product = product + b;
    const bool carry = b.bytes[15] & 1;
    for (std::size_t i = 15; i > 0; --i) b.bytes[i] = static_cast<Byte>(b.bytes[i] >> 1 | b.bytes[i - 1] << 7);
    b.bytes[0] = static_cast<Byte>(b.bytes[0] >> 1);
    if (carry) b.bytes[0] ^= 0xe1;
  }
  return product;
}

// a^(2^128 - 2)
Element inverse(const Element& a) {
  Element square = a * a;
  Element result = square;
  for (int i = 2; i < 128; ++i) {
    square = square * square;
    result = result * square;
  }
  return result;
}

void append_padded(std::vector<Element>& blocks, ByteSpan bytes) {
  for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(16, bytes.size()))) {
    std::ranges::copy(bytes.first(std::min<std::size_t>(16, bytes.size())), blocks.emplace_back().bytes.begin());
  }
}

std::vector<Element> hashed_blocks(ByteSpan aad, ByteSpan ciphertext) {
  std::vector<Element> blocks;
  append_padded(blocks, aad);
  append_padded(blocks, ciphertext);
  std::string lengths;
  put_u64be(lengths, aad.size() * 8);
  put_u64be(lengths, ciphertext.size() * 8);
  append_padded(blocks, bytes_of(lengths));
  return blocks;
}

Element ghash(const Element& h, const std::vector<Element>& blocks) {
  Element hash;
  for (const Element& block : blocks) hash = (hash + block) * h;
  return hash;
}

}  // namespace

std::array<Byte, 16> aes_block(std::span<const Byte, 32> key, const std::array<Byte, 16>& block) {
  std::array<Byte, 16> out;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int written = 0;
  const bool done = EVP_EncryptInit_ex(context, EVP_aes_256_ecb(), nullptr, key.data(), nullptr) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context, 0) == 1 && EVP_EncryptUpdate(context, out.data(), &written, block.data(), 16) == 1;
  EVP_CIPHER_CTX_free(context);
  if (!done) throw std::runtime_error("no AES");
  return out;
}

Collision collide(std::span<const Byte, 32> key, std::span<const Byte, 32> other, ByteSpan aad, Bytes ciphertext) {
  std::array<Byte, 16> first_counter{};
  first_counter[15] = 1;
  const Element h1{aes_block(key, {})}, h2{aes_block(other, {})};
  const Element mask1{aes_block(key, first_counter)}, mask2{aes_block(other, first_counter)};

  // tag = mask + the sum of each block times a power of h; the last block of the ciphertext meets h squared.
  std::fill(ciphertext.end() - 16, ciphertext.end(), Byte{0});
  const std::vector<Element> without = hashed_blocks(aad, ciphertext);
  const Element last = (mask1 + mask2 + ghash(h1, without) + ghash(h2, without)) * inverse(h1 * h1 + h2 * h2);
  std::ranges::copy(last.bytes, ciphertext.end() - 16);
  return {ciphertext, (mask1 + ghash(h1, hashed_blocks(aad, ciphertext))).bytes};
}

}  // namespace muniment
