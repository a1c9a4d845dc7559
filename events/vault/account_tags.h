// The comparison tags of one account, as its entry in the vault keeps them. For each kind and scope there is one, and while a change is on
// its way into the log the former one beside it. format.h has the bytes. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vault/format.h"
#include "events/vault/vault_batch.h"

namespace muniment {

class AccountTags {
 public:
  AccountTags() = default;
  // Nothing when the bytes are none.
  static std::optional<AccountTags> decode(std::string_view bytes);
  std::string encode() const;

  // Whether it was not there.
  bool add(TagKind kind, std::string_view scope, const vault_format::Tag& tag);
  // Drops the others of its kind and scope, and returns them.
  std::vector<vault_format::Tag> keep_only(TagKind kind, std::string_view scope, const vault_format::Tag& tag);

  std::vector<vault_format::Tag> all() const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    TagKind kind;
    std::string scope;
    vault_format::Tag tag;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries_;
};

}  // namespace muniment
