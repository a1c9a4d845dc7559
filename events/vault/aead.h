// AES-256-GCM with OpenSSL objects that are fetched once and reused. The caller answers for the nonce: one key never meets one nonce twice.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "events/values/bytes.h"

namespace muniment {

// Not thread-safe: one a thread, or under a lock.
class Aes256Gcm {
 public:
  static constexpr std::size_t key_size = 32;
  static constexpr std::size_t nonce_size = 12;
  static constexpr std::size_t tag_size = 16;
  using Key = std::span<const Byte, key_size>;
  using Nonce = std::span<const Byte, nonce_size>;

  Aes256Gcm();
  ~Aes256Gcm();

  // Makes a key ready that many texts are under, which is half of what a short one costs. The calls that take no key use the last one
  // given, be it here or to another call.
  void set_key(Key key);
  void encrypt(Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<Byte, tag_size> tag);
  [[nodiscard]] bool decrypt(Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<const Byte, tag_size> tag);

  // Encrypts `text` where it stands.
  void encrypt(Key key, Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<Byte, tag_size> tag);

  // Decrypts `text` where it stands. False when the tag does not match; `text` is zeroed then, so that no unchecked byte gets out.
  [[nodiscard]] bool decrypt(Key key, Nonce nonce, ByteSpan aad, std::span<Byte> text, std::span<const Byte, tag_size> tag);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace muniment
