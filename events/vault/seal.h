// The seal: the personal part of an event, encrypted under the key of the account it is about. Pure; no I/O.
//
//   sealed    = alg u8 | key id 16 | salt 32 | key commitment 32 | ciphertext | tag 16
//   K_enc, K_com = HKDF-SHA256(account key, salt, "muniment/seal/1" | alg | key id | event id), 64 bytes, the first half K_enc
//   ciphertext, tag = AES-256-GCM(K_enc, nonce 12 zero bytes, aad = alg | key id | event id)
//   plaintext = length u16 big-endian | bytes | zero padding to a multiple of 64
//
// The key id is the account's id. alg is 1. Do not change these values: they are in recorded events.
//
// The one invariant: no K_enc meets two plaintexts, since the nonce is always zero. It holds because every seal draws a salt of its own.
//
// The commitment is there because GCM alone binds a ciphertext to no key: one can be made that opens under two, and shows two histories.
#pragma once

#include <array>
#include <expected>
#include <memory>

#include "events/values/bytes.h"
#include "events/values/id.h"
#include "events/vault/aead.h"
#include "events/vault/hmac.h"
#include "events/vault/random_source.h"
#include "events/vault/secret.h"

namespace muniment {

enum class OpenFailure {
  malformed,            // Of a length that no seal has, or with a salt of zeros.
  algorithm_unknown,    // Not 1: sealed by a newer program, or damaged.
  other_account,        // The key id is not the account asked for.
  commitment_mismatch,  // Sealed under another key or for another event; or the salt or the commitment is damaged.
  tag_mismatch,         // The key is right and the ciphertext or the tag is damaged.
  padding_invalid,      // Sealed by a program that broke the format: length beyond the padding, or padding that is not zero.
};
const char* name_of(OpenFailure failure);

// Seals and opens. Not thread-safe: one a thread. Not carried over a fork, because parent and child would draw the same salts.
class Sealer {
 public:
  static constexpr Byte algorithm = 1;
  static constexpr std::size_t salt_size = 32;
  static constexpr std::size_t commitment_size = 32;
  static constexpr std::size_t plaintext_max = 4096;  // Bytes; more is the caller's bug.
  using Salt = std::span<const Byte, salt_size>;

  // The size of the seal of so many bytes.
  static constexpr std::size_t sealed_size(std::size_t plaintext) { return header_size + padded_size(plaintext) + Aes256Gcm::tag_size; }

  // Appends the sealed bytes to `out`.
  void seal(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext, Bytes& out);
  Bytes seal(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext);

  // Checks everything that the format lets it check, the commitment before a byte is decrypted.
  [[nodiscard]] std::expected<Bytes, OpenFailure> open(const AccountKey& key, const AccountId& account, const EventId& event,
                                                       ByteSpan sealed);

  // For golden bytes in tests alone: one salt used for two plaintexts gives away both. A salt of zeros, which is what HKDF takes when it
  // is given none, stops the program.
  void seal_with_salt(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext, Salt salt, Bytes& out);

 private:
  static constexpr std::size_t padding_unit = 64;
  static constexpr std::size_t length_size = 2;
  static constexpr std::size_t salt_at = 1 + AccountId::size;
  static constexpr std::size_t commitment_at = salt_at + salt_size;
  static constexpr std::size_t header_size = commitment_at + commitment_size;
  static constexpr std::size_t padded_size(std::size_t plaintext) {
    return (length_size + plaintext + padding_unit - 1) / padding_unit * padding_unit;
  }

  // K_enc, then K_com.
  using DerivedKeys = Secret<struct DerivedKeysKind, 64>;
  // alg | key id | event id
  using Bound = std::array<Byte, 1 + AccountId::size + EventId::size>;

  DerivedKeys derive(const AccountKey& key, Salt salt, const Bound& bound);

  Aes256Gcm cipher_;
  RandomSource salts_;
};

}  // namespace muniment
