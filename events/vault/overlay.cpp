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

void Overlay::put(std::string_view key, const Written& written) {
  std::uint32_t& number = by_key_.place(short_hash_of(key), [&](std::uint32_t entry) { return entries_[entry - 1].key == key; });
  if (number != 0) {
    entries_[number - 1].written = written;
    return;
  }
  number = static_cast<std::uint32_t>(entries_.size() + 1);
  entries_.push_back({key, written, 0});
  if (key.size() <= prefix_size) return;
  const std::string_view prefix = key.substr(0, prefix_size);
  std::uint32_t& newest =
      by_prefix_.place(short_hash_of(prefix), [&](std::uint32_t entry) { return entries_[entry - 1].key.starts_with(prefix); });
  entries_.back().next_of_prefix = newest;
  newest = number;
}

const Overlay::Written* Overlay::find(std::string_view key) const {
  const std::uint32_t number = by_key_.find(short_hash_of(key), [&](std::uint32_t entry) { return entries_[entry - 1].key == key; });
  return number == 0 ? nullptr : &entries_[number - 1].written;
}

void Overlay::scan(std::string_view prefix, const std::function<void(std::string_view, const Written&)>& visit) const {
  MUNIMENT_ASSERT(prefix.size() == prefix_size);
  std::uint32_t number =
      by_prefix_.find(short_hash_of(prefix), [&](std::uint32_t entry) { return entries_[entry - 1].key.starts_with(prefix); });
  for (; number != 0; number = entries_[number - 1].next_of_prefix) visit(entries_[number - 1].key, entries_[number - 1].written);
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
    return a.first_eight != b.first_eight ? a.first_eight < b.first_eight : a.entry->key < b.entry->key;
  });
  constexpr std::size_t ahead = 8;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + 2 * ahead < places.size()) __builtin_prefetch(places[i + 2 * ahead].entry);
    if (i + ahead < places.size()) __builtin_prefetch(places[i + ahead].entry->key.data());
    visit(places[i].entry->key, places[i].entry->written);
  }
}

template <typename IsIt>
std::size_t Overlay::Index::slot_of(std::uint32_t hash, IsIt is_it) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].entry != 0 && !(slots_[at].hash == hash && is_it(slots_[at].entry))) at = (at + 1) & mask;
  return at;
}

template <typename IsIt>
std::uint32_t Overlay::Index::find(std::uint32_t hash, IsIt is_it) const {
  return slots_[slot_of(hash, is_it)].entry;
}

template <typename IsIt>
std::uint32_t& Overlay::Index::place(std::uint32_t hash, IsIt is_it) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  Slot& slot = slots_[slot_of(hash, is_it)];
  if (slot.entry == 0) {
    slot.hash = hash;
    ++used_;
  }
  return slot.entry;
}

void Overlay::Index::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  for (const Slot& slot : before) {
    if (slot.entry != 0) slots_[slot_of(slot.hash, [](std::uint32_t) { return false; })] = slot;
  }
}

}  // namespace muniment
