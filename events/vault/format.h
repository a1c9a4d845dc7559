// How the vault's entries are keyed. One letter says what an entry is; then come fixed-size parts, so that a prefix of 17 bytes names one
// account, or one tag, and nothing else. Do not change these values: they are on disk.
//
//   key                            value
//   format                         version u16be | oldest version whose reader understands it u16be
//   pool                           account ids 16 each: ready, or given out so lately that the log may not have them
//   check                          wrapped: 32 random bytes; opens under the vault's epoch key and no other
//   erasures                       u64be: so many of the log's erasures are carried out, the first ones | id 16 of the event of the last of
//                                  these. Absent: none
//   former                         epoch id 8: that of the key before, which was destroyed. Absent: there was none
//   s | name u8                    wrapped: one of the vault's own keys; its purpose is this store key
//   a | account 16                 the account's entry (account_entry.h): its wrapped key, whose purpose is the account id, PINs and tags
//   v | account 16 | event 16      credential: verifier 32 | expires at, nanoseconds, i64be
//   t | tag 16 | account 16        empty: the account has that tag
//   z | number u64be               the journal: writes (overlay.h) that are not under their own keys yet, numbers without a hole.
//                                  Behind all others, so that a sorted file of these never reaches over it
//
//   wrapped     = wrap.h; the purpose of `check` is "check"
//   tag         = HMAC-SHA256(own key 1, kind u8 | scope length u8 | scope | content), first 16 bytes
//   fingerprint = HMAC-SHA256(own key 2, content), first 16 bytes
//   verifier    = HMAC-SHA256(own key 3, account 16 | event 16 | expires at i64be | the 20 characters of credential.h)
//   fingerprint of an account's content = HMAC-SHA256(HKDF-Expand-SHA256(account key, "muniment/fingerprint/1", 32), content), first 16
//   bytes
#pragma once

#include <cstring>
#include <string_view>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/values/id.h"

namespace muniment::vault_format {

constexpr std::uint16_t version = 1;
constexpr std::uint16_t oldest_reader = 1;

constexpr std::string_view format_key = "format";
constexpr std::string_view pool_key = "pool";
constexpr std::string_view check_key = "check";
constexpr std::string_view erasures_key = "erasures";
constexpr std::string_view former_key = "former";

enum class OwnKey : Byte { tags = 1, fingerprints = 2, credentials = 3 };

using Tag = std::array<Byte, 16>;

constexpr char journal_letter = 'z';
constexpr std::size_t prefix_size = 1 + 16;

// A store key under construction, without allocating.
class Key {
 public:
  static Key own_key(OwnKey name) { return Key('s').add(static_cast<Byte>(name)); }
  static Key account(const AccountId& account) { return Key('a').add(account.bytes()); }
  static Key credentials_of(const AccountId& account) { return Key('v').add(account.bytes()); }
  static Key credential(const AccountId& account, const EventId& event) { return credentials_of(account).add(event.bytes()); }
  static Key accounts_with(const Tag& tag) { return Key('t').add(tag); }
  static Key tagged(const Tag& tag, const AccountId& account) { return accounts_with(tag).add(account.bytes()); }
  static Key journal(std::uint64_t number) {
    std::array<Byte, 8> big_endian;
    for (std::size_t i = 0; i < 8; ++i) big_endian[i] = static_cast<Byte>(number >> (56 - 8 * i));
    return Key(journal_letter).add(big_endian);
  }

  std::string_view text() const { return text_of(ByteSpan(bytes_).first(size_)); }

 private:
  explicit Key(char letter) { add(static_cast<Byte>(letter)); }
  Key& add(Byte byte) { return add(ByteSpan(&byte, 1)); }
  Key& add(ByteSpan bytes) {
    MUNIMENT_ASSERT(bytes.size() <= bytes_.size() - size_);
    if (!bytes.empty()) std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return *this;
  }

  std::array<Byte, 64> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace muniment::vault_format
