#include "events/vault/overlay.h"

#include <algorithm>
#include <cstring>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/vault/format.h"

namespace muniment {

using vault_format::prefix_size;

namespace {

constexpr std::size_t head_size = 1 + 2 + 4;

}  // namespace

void StoreWrites::add(char kind, std::string_view key, std::string_view value) {
  MUNIMENT_ASSERT(key.size() <= UINT16_MAX && value.size() <= UINT32_MAX);
  bytes_.push_back(kind);
  put_u16be(bytes_, static_cast<std::uint16_t>(key.size()));
  put_u32be(bytes_, static_cast<std::uint32_t>(value.size()));
  bytes_ += key;
  bytes_ += value;
}

bool Overlay::add(std::string_view writes) {
  if (writes.empty()) return true;
  char* const kept = static_cast<char*>(arena_.allocate(writes.size(), 1));
  std::memcpy(kept, writes.data(), writes.size());
  for (std::string_view rest(kept, writes.size()); !rest.empty();) {
    if (rest.size() < head_size || (rest[0] != 0 && rest[0] != 1)) return false;
    const std::size_t key_size = get_u16be(rest.data() + 1);
    const std::size_t value_size = get_u32be(rest.data() + 3);
    if (rest.size() - head_size < key_size + value_size) return false;
    const std::string_view key = rest.substr(head_size, key_size);
    const Written written = rest[0] == 1 ? Written(rest.substr(head_size + key_size, value_size)) : std::nullopt;
    rest.remove_prefix(head_size + key_size + value_size);

    const auto [at, is_new] = written_.insert_or_assign(key, written);
    if (is_new && key.size() > prefix_size) by_prefix_.emplace(key.substr(0, prefix_size), key);
  }
  bytes_ += writes.size();
  return true;
}

const Overlay::Written* Overlay::find(std::string_view key) const {
  const auto found = written_.find(key);
  return found == written_.end() ? nullptr : &found->second;
}

void Overlay::scan(std::string_view prefix, const std::function<void(std::string_view, const Written&)>& visit) const {
  MUNIMENT_ASSERT(prefix.size() == prefix_size);
  const auto [first, last] = by_prefix_.equal_range(prefix);
  for (auto at = first; at != last; ++at) visit(at->second, written_.find(at->second)->second);
}

std::vector<std::pair<std::string_view, Overlay::Written>> Overlay::sorted() const {
  std::vector<std::pair<std::string_view, Written>> all(written_.begin(), written_.end());
  std::ranges::sort(all, {}, [](const auto& entry) { return entry.first; });
  return all;
}

}  // namespace muniment
