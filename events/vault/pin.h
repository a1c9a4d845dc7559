// A PIN as it rests in the vault. Pure; no I/O.
//
//   sealed PIN = nonce 12 | ciphertext 4 | tag 16
//   AES-256-GCM(HKDF-Expand-SHA256(account key, "muniment/pin/1", 32), nonce, aad = account 16 | event 16)
//
// Nonces are random; an account has a handful of PINs in its life. Other than the seal of an event it commits to no key and hides no
// length: nobody shows it as evidence, and every PIN has four digits. Do not change these values: they are on disk.
#pragma once

#include <optional>

#include "events/values/id.h"
#include "events/vault/aead.h"
#include "events/vault/random_source.h"
#include "events/vault/secret.h"
#include "events/vault/vault_batch.h"

namespace muniment {

constexpr std::size_t sealed_pin_size = Aes256Gcm::nonce_size + PinDigits::size + Aes256Gcm::tag_size;
using SealedPin = std::array<Byte, sealed_pin_size>;

// Not thread-safe: one a thread, or under a lock.
class PinSealer {
 public:
  SealedPin seal(const AccountKey& key, const AccountId& account, const EventId& event, const PinDigits& digits);

  // Nothing when it was sealed under another key, for another account or event, or is damaged.
  [[nodiscard]] std::optional<PinDigits> open(const AccountKey& key, const AccountId& account, const EventId& event,
                                              std::span<const Byte, sealed_pin_size> sealed);

 private:
  Aes256Gcm cipher_;
  RandomSource nonces_;
};

}  // namespace muniment
