// A key encrypted by the epoch key, as it rests in the vault. Pure; no I/O.
//
//   wrapped = epoch id 8 | nonce 12 | ciphertext 32 | tag 16
//   AES-256-GCM(epoch key, nonce, aad = "muniment/wrap/1" | what the key is for | epoch id)
//
// "What the key is for" is an account's id, or the name of one of the vault's own keys, so that a wrapped key that is put in another's
// place does not open. Nonces are random; one epoch key may wrap 2^32 keys before two of them are likely enough to meet to matter
// (NIST SP 800-38D, 8.3). Do not change these values: they are on disk.
#pragma once

#include <optional>

#include "events/vault/aead.h"
#include "events/vault/epoch_key.h"
#include "events/vault/random_source.h"
#include "events/vault/secret.h"

namespace muniment {

constexpr std::size_t wrapped_size = 8 + Aes256Gcm::nonce_size + 32 + Aes256Gcm::tag_size;
using Wrapped = std::array<Byte, wrapped_size>;

// The epoch whose key wraps these bytes.
EpochId epoch_of(std::span<const Byte, wrapped_size> wrapped);

// Not thread-safe: one a thread, or under a lock.
class KeyWrapper {
 public:
  explicit KeyWrapper(const EpochKey& epoch) : epoch_id_(epoch.id) { cipher_.set_key(epoch.secret.bytes()); }

  template <typename Kind>
  Wrapped wrap(const Secret<Kind>& key, ByteSpan purpose) {
    return wrap_bytes(key.bytes(), purpose);
  }

  // Nothing when the bytes were wrapped by another epoch's key or for another purpose, or are damaged.
  template <typename Kind>
  [[nodiscard]] std::optional<Secret<Kind>> unwrap(std::span<const Byte, wrapped_size> wrapped, ByteSpan purpose) {
    const std::optional<Opened> opened = unwrap_bytes(wrapped, purpose);
    if (!opened) return std::nullopt;
    return Secret<Kind>(opened->bytes());
  }

 private:
  using Opened = Secret<struct OpenedKind>;

  Wrapped wrap_bytes(std::span<const Byte, 32> key, ByteSpan purpose);
  std::optional<Opened> unwrap_bytes(std::span<const Byte, wrapped_size> wrapped, ByteSpan purpose);

  EpochId epoch_id_;
  Aes256Gcm cipher_;  // Under the epoch key.
  RandomSource nonces_;
};

}  // namespace muniment
