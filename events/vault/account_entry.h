// What the vault keeps under an account's own name: its wrapped key, its sealed PINs and its comparison tags, in the bytes of its entry.
// For each kind and scope there is one tag, and while a change is on its way into the log the former one beside it. Pure.
//
//   entry = wrapped key 68 | items, one behind the other
//   item  = 0 u8 | event 16 | sealed PIN 32                    the PIN that the event set
//         | kind u8, from 1 | scope size u8 | scope | tag 16   a tag
//
// Do not change these values: they are on disk.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vault/format.h"
#include "events/vault/pin.h"
#include "events/vault/vault_batch.h"
#include "events/vault/wrap.h"

namespace muniment {

class AccountEntry {
 public:
  // Of an account that owns nothing but its key.
  explicit AccountEntry(const Wrapped& key) : bytes_(text_of(key)) {}
  // Nothing when the bytes are none.
  static std::optional<AccountEntry> decode(std::string bytes);
  const std::string& bytes() const { return bytes_; }

  std::span<const Byte, wrapped_size> wrapped_key() const { return bytes_of(bytes_).first<wrapped_size>(); }
  bool has_key_alone() const { return bytes_.size() == wrapped_size; }

  std::optional<SealedPin> pin(const EventId& event) const;
  void put_pin(const EventId& event, const SealedPin& pin);
  void drop_pin(const EventId& event);

  // Whether it was not there.
  bool add_tag(TagKind kind, std::string_view scope, const vault_format::Tag& tag);
  // Drops the others of its kind and scope, and returns them.
  std::vector<vault_format::Tag> keep_only_tag(TagKind kind, std::string_view scope, const vault_format::Tag& tag);
  std::vector<vault_format::Tag> tags() const;

 private:
  explicit AccountEntry(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

}  // namespace muniment
