#include "events/vault/seal.h"

#include <algorithm>
#include <cstring>

#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::string_view seal_context = "muniment/seal/1";
constexpr std::array<Byte, Aes256Gcm::nonce_size> zero_nonce{};

bool all_zero(ByteSpan bytes) {
  return std::ranges::all_of(bytes, [](Byte b) { return b == 0; });
}

void copy_into(Byte* at, ByteSpan bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
}

std::array<Byte, 1 + AccountId::size + EventId::size> bound_to(Byte algorithm, const AccountId& account, const EventId& event) {
  std::array<Byte, 1 + AccountId::size + EventId::size> bound;
  bound[0] = algorithm;
  copy_into(bound.data() + 1, account.bytes());
  copy_into(bound.data() + 1 + AccountId::size, event.bytes());
  return bound;
}

}  // namespace

const char* name_of(OpenFailure failure) {
  switch (failure) {
    case OpenFailure::malformed:
      return "malformed";
    case OpenFailure::algorithm_unknown:
      return "algorithm_unknown";
    case OpenFailure::other_account:
      return "other_account";
    case OpenFailure::commitment_mismatch:
      return "commitment_mismatch";
    case OpenFailure::tag_mismatch:
      return "tag_mismatch";
    case OpenFailure::padding_invalid:
      return "padding_invalid";
  }
  MUNIMENT_ASSERT(false);
}

Sealer::DerivedKeys Sealer::derive(const AccountKey& key, Salt salt, const Bound& bound) {
  std::array<Byte, seal_context.size() + std::tuple_size_v<Bound>> info;
  copy_into(info.data(), bytes_of(seal_context));
  copy_into(info.data() + seal_context.size(), bound);
  std::array<Byte, DerivedKeys::size> derived;
  hkdf(key.bytes(), salt, info, derived);
  const DerivedKeys keys(derived);
  cleanse(derived);
  return keys;
}

void Sealer::seal_with_salt(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext, Salt salt,
                            Bytes& out) {
  MUNIMENT_ASSERT(plaintext.size() <= plaintext_max);
  MUNIMENT_ASSERT(!all_zero(salt));
  const Bound bound = bound_to(algorithm, account, event);
  const DerivedKeys keys = derive(key, salt, bound);

  const std::size_t start = out.size();
  out.resize(start + sealed_size(plaintext.size()));  // Zeroed, and so is the padding.
  Byte* const sealed = out.data() + start;
  copy_into(sealed, ByteSpan(bound).first(salt_at));
  copy_into(sealed + salt_at, salt);
  copy_into(sealed + commitment_at, keys.bytes().last<commitment_size>());

  const std::span<Byte> text(sealed + header_size, padded_size(plaintext.size()));
  text[0] = static_cast<Byte>(plaintext.size() >> 8);
  text[1] = static_cast<Byte>(plaintext.size() & 0xff);
  copy_into(text.data() + length_size, plaintext);
  cipher_.encrypt(keys.bytes().first<Aes256Gcm::key_size>(), zero_nonce, bound, text,
                  std::span<Byte, Aes256Gcm::tag_size>(text.data() + text.size(), Aes256Gcm::tag_size));
}

void Sealer::seal(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext, Bytes& out) {
  std::array<Byte, salt_size> salt;
  salts_.fill(salt);
  seal_with_salt(key, account, event, plaintext, salt, out);
}

Bytes Sealer::seal(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan plaintext) {
  Bytes out;
  seal(key, account, event, plaintext, out);
  return out;
}

std::expected<Bytes, OpenFailure> Sealer::open(const AccountKey& key, const AccountId& account, const EventId& event, ByteSpan sealed) {
  constexpr std::size_t smallest = sealed_size(0);
  if (sealed.size() < smallest || (sealed.size() - smallest) % padding_unit != 0) return std::unexpected(OpenFailure::malformed);
  if (sealed[0] != algorithm) return std::unexpected(OpenFailure::algorithm_unknown);
  if (!std::ranges::equal(sealed.subspan(1, AccountId::size), account.bytes())) return std::unexpected(OpenFailure::other_account);

  const Salt salt = sealed.subspan<salt_at, salt_size>();
  if (all_zero(salt)) return std::unexpected(OpenFailure::malformed);
  const Bound bound = bound_to(algorithm, account, event);
  const DerivedKeys keys = derive(key, salt, bound);
  if (!equal_in_constant_time(sealed.subspan(commitment_at, commitment_size), keys.bytes().last<commitment_size>())) {
    return std::unexpected(OpenFailure::commitment_mismatch);
  }

  Bytes text(sealed.begin() + header_size, sealed.end() - Aes256Gcm::tag_size);
  if (!cipher_.decrypt(keys.bytes().first<Aes256Gcm::key_size>(), zero_nonce, bound, text, sealed.last<Aes256Gcm::tag_size>())) {
    return std::unexpected(OpenFailure::tag_mismatch);
  }
  const std::size_t length = static_cast<std::size_t>(text[0]) << 8 | text[1];
  if (padded_size(length) != text.size() || !all_zero(ByteSpan(text).subspan(length_size + length))) {
    cleanse(text);
    return std::unexpected(OpenFailure::padding_invalid);
  }
  text.erase(text.begin(), text.begin() + length_size);
  text.resize(length);
  return text;
}

}  // namespace muniment
