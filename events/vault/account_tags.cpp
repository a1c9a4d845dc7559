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

std::vector<AccountTags::Entry>::iterator AccountTags::find(TagKind kind, std::string_view scope) {
  return std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.kind == kind && entry.scope == scope; });
}

std::optional<Tag> AccountTags::replace(TagKind kind, std::string_view scope, const Tag& tag) {
  const auto found = find(kind, scope);
  if (found != entries_.end()) return std::exchange(found->tag, tag);
  entries_.push_back({kind, std::string(scope), tag});
  return std::nullopt;
}

std::optional<Tag> AccountTags::drop(TagKind kind, std::string_view scope) {
  const auto found = find(kind, scope);
  if (found == entries_.end()) return std::nullopt;
  const Tag before = found->tag;
  entries_.erase(found);
  return before;
}

std::vector<Tag> AccountTags::all() const {
  std::vector<Tag> tags;
  tags.reserve(entries_.size());
  for (const Entry& entry : entries_) tags.push_back(entry.tag);
  return tags;
}

}  // namespace muniment
