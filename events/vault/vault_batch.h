// What a decision asks the vault to write. A value; knows no vault.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/values/bytes.h"
#include "events/values/id.h"
#include "events/values/timestamp.h"
#include "events/vault/secret.h"

namespace muniment {

using PinDigits = Secret<struct PinKind, 4>;

// A credential as it is made: the text goes to the caller once, the rest into the vault.
struct Credential {
  std::string text;  // 7KQ2M-0XVRT-9GHEB-3NWSA
  std::array<Byte, 32> verifier;
  Timestamp expires_at;
};

// What is compared by a tag: numbers from 1 that the caller gives out, one for each kind of content. They are on disk.
using TagKind = std::uint8_t;

// Writes that belong to one decision. A value that is moved, not copied; knows no vault. Content and digits are overwritten when it is
// destroyed.
class VaultBatch {
 public:
  VaultBatch() = default;
  VaultBatch(VaultBatch&&) = default;
  VaultBatch& operator=(VaultBatch&&) = default;
  ~VaultBatch() { cleanse(texts_); }

  static constexpr std::size_t scope_max = 32;  // Bytes.

  // The PIN that `event` sets: four digits, or it is the caller's bug.
  void put_pin(const AccountId& account, const EventId& event, std::string_view digits);
  // Only once an event that sets a later PIN is durable in the log: until then a crash can make this one the current PIN again.
  void drop_pin(const AccountId& account, const EventId& event);

  void put_credential(const AccountId& account, const EventId& event, const Credential& credential);
  // Redeemed, or replaced by a later one, durably in the log.
  void drop_credential(const AccountId& account, const EventId& event);

  // The account's content of this kind in this scope (a provider, or empty for everywhere) is about to be this. An earlier tag stays beside
  // it, since a crash can keep the change out of the log.
  void add_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account);
  // It is this and nothing else: the account's other tags of this kind and scope go. Once the change is durable in the log.
  void keep_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account);

  bool empty() const { return writes_.empty(); }

 private:
  friend class Vault;

  // Bytes of the batch's texts.
  struct Text {
    std::uint32_t at;
    std::uint32_t size;
  };
  struct PutPin {
    AccountId account;
    EventId event;
    PinDigits digits;
  };
  struct DropPin {
    AccountId account;
    EventId event;
  };
  struct PutCredential {
    AccountId account;
    EventId event;
    std::array<Byte, 32> verifier;
    Timestamp expires_at;
  };
  struct DropCredential {
    AccountId account;
    EventId event;
  };
  struct Tagging {
    AccountId account;
    TagKind kind;
    Text scope;
    Text content;
  };
  struct AddTag : Tagging {};
  struct KeepTag : Tagging {};
  using Write = std::variant<PutPin, DropPin, PutCredential, DropCredential, AddTag, KeepTag>;

  Tagging tagging(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account);
  Text keep(ByteSpan text);
  ByteSpan bytes_of(const Text& text) const { return ByteSpan(texts_).subspan(text.at, text.size); }

  std::vector<Write> writes_;
  Bytes texts_;
};

}  // namespace muniment
