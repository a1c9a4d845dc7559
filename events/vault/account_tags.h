// The comparison tags of one account, as its entry in the vault keeps them: one for each kind and scope. format.h has the bytes. Pure.
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

  // Returns the one that stood there before.
  std::optional<vault_format::Tag> replace(TagKind kind, std::string_view scope, const vault_format::Tag& tag);
  std::optional<vault_format::Tag> drop(TagKind kind, std::string_view scope);

  std::vector<vault_format::Tag> all() const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    TagKind kind;
    std::string scope;
    vault_format::Tag tag;
  };
  std::vector<Entry>::iterator find(TagKind kind, std::string_view scope);

  std::vector<Entry> entries_;
};

}  // namespace muniment
