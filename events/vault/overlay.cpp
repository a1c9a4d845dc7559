#include "events/vault/overlay.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/values/hash.h"
#include "events/vault/format.h"

namespace muniment {

using vault_format::prefix_size;

namespace {

constexpr std::size_t head_size = 1 + 2 + 4;

// Of a key that is no longer than a prefix: the key.
std::string_view prefix_of(std::string_view key) { return key.substr(0, prefix_size); }

std::uint32_t short_hash_of(std::string_view key) { return static_cast<std::uint32_t>(hash_of(bytes_of(key))); }

// Whose order is that of the texts, as far as it goes.
std::uint64_t first_eight_of(std::string_view key) {
  std::array<char, 8> bytes{};
  key.copy(bytes.data(), bytes.size());
  return get_u64be(bytes.data());
}

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

    put(key, written);
  }
  bytes_ += writes.size();
  return true;
}

// The slot of that prefix, or the free one where it belongs.
std::size_t Overlay::slot_of(std::uint32_t hash, std::string_view prefix) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.newest == 0 || (slot.hash == hash && prefix_of(entries_[slot.newest - 1].key) == prefix)) return at;
  }
}

std::uint32_t Overlay::newest_of(std::string_view prefix) const { return slots_[slot_of(short_hash_of(prefix), prefix)].newest; }

void Overlay::put(std::string_view key, const Written& written) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  const std::string_view prefix = prefix_of(key);
  const std::uint32_t hash = short_hash_of(prefix);
  Slot& slot = slots_[slot_of(hash, prefix)];
  if (slot.newest == 0) ++used_;
  // A key that is all of its prefix needs to stand but once: an account's is written when it is made and again when it is used.
  if (slot.newest != 0 && key.size() <= prefix_size && entries_[slot.newest - 1].key.size() == key.size()) {
    entries_[slot.newest - 1].written = written;
    return;
  }
  entries_.push_back({key, written, slot.newest});
  slot = {hash, static_cast<std::uint32_t>(entries_.size())};
}

void Overlay::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.newest == 0) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].newest != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

const Overlay::Written* Overlay::find(std::string_view key) const {
  for (std::uint32_t number = newest_of(prefix_of(key)); number != 0; number = entries_[number - 1].earlier) {
    if (entries_[number - 1].key == key) return &entries_[number - 1].written;
  }
  return nullptr;
}

void Overlay::scan(std::string_view prefix, const std::function<void(std::string_view, const Written&)>& visit) const {
  MUNIMENT_ASSERT(prefix.size() == prefix_size);
  for (std::uint32_t number = newest_of(prefix); number != 0; number = entries_[number - 1].earlier) {
    const Entry& entry = entries_[number - 1];
    if (entry.key.size() > prefix_size) visit(entry.key, entry.written);
  }
}

// Sorts numbers, which are small and stand together; the texts are looked at only where their first bytes are the same. What is visited
// next lies anywhere in memory, and is fetched a little before.
void Overlay::visit_sorted(const std::function<void(std::string_view, const Written&)>& visit) const {
  struct Place {
    std::uint64_t first_eight;
    const Entry* entry;
  };
  std::vector<Place> places;
  places.reserve(entries_.size());
  for (const Entry& entry : entries_) places.push_back({first_eight_of(entry.key), &entry});
  std::ranges::sort(places, [](const Place& a, const Place& b) {
    if (a.first_eight != b.first_eight) return a.first_eight < b.first_eight;
    const int order = a.entry->key.compare(b.entry->key);
    return order != 0 ? order < 0 : a.entry > b.entry;  // The newest of a key first.
  });
  constexpr std::size_t ahead = 8;
  const Entry* last = nullptr;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + 2 * ahead < places.size()) __builtin_prefetch(places[i + 2 * ahead].entry);
    if (i + ahead < places.size()) __builtin_prefetch(places[i + ahead].entry->key.data());
    const Entry& entry = *places[i].entry;
    if (last == nullptr || last->key != entry.key) visit(entry.key, entry.written);
    last = &entry;
  }
}

}  // namespace muniment
