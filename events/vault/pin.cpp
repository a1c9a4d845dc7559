#include "events/vault/pin.h"

#include <algorithm>

#include "events/vault/hmac.h"

namespace muniment {
namespace {

constexpr std::string_view pin_context = "muniment/pin/1";
constexpr std::size_t text_at = Aes256Gcm::nonce_size;
constexpr std::size_t tag_at = text_at + PinDigits::size;

using PinKey = Secret<struct PinKeyKind, Aes256Gcm::key_size>;

PinKey key_for_pins(const AccountKey& account_key) {
  std::array<Byte, PinKey::size> derived;
  // The account key is uniformly random, so HKDF's first step has nothing to add.
  hkdf_expand(account_key.bytes(), bytes_of(pin_context), derived);
  const PinKey key(derived);
  cleanse(derived);
  return key;
}

std::array<Byte, AccountId::size + EventId::size> bound_to(const AccountId& account, const EventId& event) {
  std::array<Byte, AccountId::size + EventId::size> bound;
  std::ranges::copy(event.bytes(), std::ranges::copy(account.bytes(), bound.begin()).out);
  return bound;
}

}  // namespace

SealedPin PinSealer::seal(const AccountKey& key, const AccountId& account, const EventId& event, const PinDigits& digits) {
  SealedPin sealed;
  const std::span<Byte, sealed_pin_size> out(sealed);
  nonces_.fill(out.first<text_at>());
  std::ranges::copy(digits.bytes(), out.begin() + text_at);
  cipher_.encrypt(key_for_pins(key).bytes(), out.first<text_at>(), bound_to(account, event), out.subspan<text_at, PinDigits::size>(),
                  out.subspan<tag_at, Aes256Gcm::tag_size>());
  return sealed;
}

std::optional<PinDigits> PinSealer::open(const AccountKey& key, const AccountId& account, const EventId& event,
                                         std::span<const Byte, sealed_pin_size> sealed) {
  std::array<Byte, PinDigits::size> digits;
  std::ranges::copy(sealed.subspan<text_at, PinDigits::size>(), digits.begin());
  if (!cipher_.decrypt(key_for_pins(key).bytes(), sealed.first<text_at>(), bound_to(account, event), digits,
                       sealed.subspan<tag_at, Aes256Gcm::tag_size>())) {
    return std::nullopt;
  }
  std::optional<PinDigits> opened(digits);
  cleanse(digits);
  return opened;
}

}  // namespace muniment
