#include "events/vault/account_tags.h"

#include <algorithm>
#include <utility>

namespace muniment {

using vault_format::Tag;

std::optional<AccountTags> AccountTags::decode(std::string_view bytes) {
  AccountTags tags;
  while (!bytes.empty()) {
    if (bytes.size() < 2) return std::nullopt;
    const ByteSpan head = bytes_of(bytes);
    const std::size_t scope_size = head[1];
    if (bytes.size() < 2 + scope_size + sizeof(Tag)) return std::nullopt;
    Entry entry{.kind = head[0], .scope = std::string(bytes.substr(2, scope_size)), .tag = {}};
    std::ranges::copy(head.subspan(2 + scope_size, sizeof(Tag)), entry.tag.begin());
    tags.entries_.push_back(std::move(entry));
    bytes.remove_prefix(2 + scope_size + sizeof(Tag));
  }
  return tags;
}

std::string AccountTags::encode() const {
  std::string bytes;
  for (const Entry& entry : entries_) {
    bytes.push_back(static_cast<char>(entry.kind));
    bytes.push_back(static_cast<char>(entry.scope.size()));  // VaultBatch::scope_max keeps it in a byte.
    bytes += entry.scope;
    bytes += text_of(entry.tag);
  }
  return bytes;
}

bool AccountTags::add(TagKind kind, std::string_view scope, const Tag& tag) {
  Entry entry{kind, std::string(scope), tag};
  if (std::ranges::find(entries_, entry) != entries_.end()) return false;
  entries_.push_back(std::move(entry));
  return true;
}

std::vector<Tag> AccountTags::keep_only(TagKind kind, std::string_view scope, const Tag& tag) {
  std::vector<Tag> dropped;
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.kind != kind || entry.scope != scope || entry.tag == tag) return false;
    dropped.push_back(entry.tag);
    return true;
  });
  return dropped;
}

std::vector<Tag> AccountTags::all() const {
  std::vector<Tag> tags;
  tags.reserve(entries_.size());
  for (const Entry& entry : entries_) tags.push_back(entry.tag);
  return tags;
}

}  // namespace muniment
