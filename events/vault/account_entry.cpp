#include "events/vault/account_entry.h"

#include <algorithm>
#include <utility>

#include "events/values/assert.h"

namespace muniment {

using vault_format::Tag;

namespace {

constexpr char pin_kind = 0;
constexpr std::size_t pin_head_size = 1 + EventId::size;
constexpr std::size_t tag_head_size = 1 + 1;

// The size of the item that begins here; 0 when it is cut short.
std::size_t item_size(std::string_view rest) {
  std::size_t size = pin_head_size + sealed_pin_size;
  if (rest[0] != pin_kind) {
    if (rest.size() < tag_head_size) return 0;
    size = tag_head_size + static_cast<Byte>(rest[1]) + sizeof(Tag);
  }
  return size <= rest.size() ? size : 0;
}

std::string pin_head(const EventId& event) { return pin_kind + std::string(text_of(event.bytes())); }

std::string tag_head(TagKind kind, std::string_view scope) {
  MUNIMENT_ASSERT(kind != pin_kind && scope.size() <= VaultBatch::scope_max);
  std::string head{static_cast<char>(kind), static_cast<char>(scope.size())};
  head += scope;
  return head;
}

template <std::size_t Size>
std::array<Byte, Size> last_bytes_of(std::string_view item) {
  std::array<Byte, Size> last;
  std::ranges::copy(bytes_of(item).last<Size>(), last.begin());
  return last;
}

// Visits the items of an entry; `visit` says whether to go on.
template <typename Visit>
void each_item(std::string_view entry, Visit visit) {
  for (std::string_view rest = entry.substr(wrapped_size); !rest.empty();) {
    const std::size_t size = item_size(rest);
    if (!visit(rest.substr(0, size))) return;
    rest.remove_prefix(size);
  }
}

// Leaves out the items that `is_dropped` says.
template <typename IsDropped>
void erase_items(std::string& entry, IsDropped is_dropped) {
  std::string kept = entry.substr(0, wrapped_size);
  each_item(entry, [&](std::string_view item) {
    if (!is_dropped(item)) kept += item;
    return true;
  });
  entry = std::move(kept);
}

}  // namespace

std::optional<AccountEntry> AccountEntry::decode(std::string bytes) {
  if (bytes.size() < wrapped_size) return std::nullopt;
  for (std::string_view rest = std::string_view(bytes).substr(wrapped_size); !rest.empty();) {
    const std::size_t size = item_size(rest);
    if (size == 0) return std::nullopt;
    rest.remove_prefix(size);
  }
  return AccountEntry(std::move(bytes));
}

std::optional<SealedPin> AccountEntry::pin(const EventId& event) const {
  const std::string head = pin_head(event);
  std::optional<SealedPin> found;
  each_item(bytes_, [&](std::string_view item) {
    if (item.starts_with(head)) found = last_bytes_of<sealed_pin_size>(item);
    return !found;
  });
  return found;
}

void AccountEntry::put_pin(const EventId& event, const SealedPin& pin) {
  drop_pin(event);
  bytes_ += pin_head(event);
  bytes_ += text_of(pin);
}

void AccountEntry::drop_pin(const EventId& event) {
  if (has_key_alone()) return;
  erase_items(bytes_, [head = pin_head(event)](std::string_view item) { return item.starts_with(head); });
}

bool AccountEntry::add_tag(TagKind kind, std::string_view scope, const Tag& tag) {
  std::string wanted = tag_head(kind, scope);
  wanted += text_of(tag);
  bool is_there = false;
  each_item(bytes_, [&](std::string_view item) {
    is_there = item == wanted;
    return !is_there;
  });
  if (!is_there) bytes_ += wanted;
  return !is_there;
}

std::vector<Tag> AccountEntry::keep_only_tag(TagKind kind, std::string_view scope, const Tag& tag) {
  std::vector<Tag> dropped;
  erase_items(bytes_, [&, head = tag_head(kind, scope)](std::string_view item) {
    if (!item.starts_with(head) || item.ends_with(text_of(tag))) return false;
    dropped.push_back(last_bytes_of<sizeof(Tag)>(item));
    return true;
  });
  return dropped;
}

std::vector<Tag> AccountEntry::tags() const {
  std::vector<Tag> tags;
  each_item(bytes_, [&](std::string_view item) {
    if (item[0] != pin_kind) tags.push_back(last_bytes_of<sizeof(Tag)>(item));
    return true;
  });
  return tags;
}

}  // namespace muniment
