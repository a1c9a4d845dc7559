// A table that can forget what was not asked for lately, in bounded memory: whatever is asked for becomes young; age() lets go of what did
// not, and makes nothing young.
//
// Made for millions of entries that are visited at random: a lookup touches one slot and one entry, and both can be fetched ahead.
//
// A value that says which key it has, by an `id()`, is kept alone, any other beside its key.
//
// One thread at a time. References stay valid while the entry is there, whatever else is added.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "aggregates/slab.h"
#include "events/values/fetch_ahead.h"
#include "events/values/memory_block.h"

namespace muniment {

template <typename Key, typename Value, typename Hash>
class Recent {
 public:
  Recent() : slots_(smallest) {}
  Recent(const Recent&) = delete;
  Recent& operator=(const Recent&) = delete;
  ~Recent() {
    for (std::size_t i = 0; i < slots_.count(); ++i) {
      if (slots_.at(i).entry != nullptr) entries_.drop(slots_.at(i).entry);
    }
  }

  // Null where there is none.
  template <typename Like>
  Value* find(const Like& key) {
    Slot* const slot = slot_of(mark_of(key), key);
    if (slot->entry == nullptr) return nullptr;
    if (!slot->is_young()) {
      slot->mark |= young_bit;
      ++young_size_;
    }
    return &slot->entry->value;
  }
  // The same, and what is found does not become young.
  template <typename Like>
  const Value* peek(const Like& key) const {
    const Entry* const entry = slot_of(mark_of(key), key)->entry;
    return entry == nullptr ? nullptr : &entry->value;
  }
  // Precondition: there is none. The value is made of `args`, behind the key if it is kept alone.
  template <typename Like, typename... Args>
  Value& add(Like&& key, Args&&... args) {
    if ((size_ + 1) * 4 > slots_.count() * 3) rebuild(slots_.count() * 2, [](const Slot&) { return true; });
    Slot* const slot = slot_of(mark_of(key), key);
    Entry* const entry = entries_.make(std::forward<Like>(key), std::forward<Args>(args)...);
    *slot = {mark_of(entry->key()) | young_bit, entry};
    ++size_;
    ++young_size_;
    return entry->value;
  }

  // Says that find() will soon be asked for the key: first where it stands, then, some lookups later, what stands there.
  template <typename Like>
  void prefetch(const Like& key) const {
    fetch_ahead(&slots_[mark_of(key)]);
  }
  // The latter is the part that most events touch, or all of it.
  enum class Part { first, whole };
  template <typename Like>
  void prefetch_value(const Like& key, Part part = Part::first) const {
    const std::uint64_t mark = mark_of(key);
    const Slot* slot = &slots_[mark];
    while (slot->entry != nullptr && (slot->mark & ~young_bit) != mark) slot = &slots_.next(*slot);
    if (slot->entry == nullptr) return;
    const auto* const begin = reinterpret_cast<const char*>(slot->entry);
    const std::size_t bytes = part == Part::whole ? sizeof(Entry) : std::min(sizeof(Entry), first_part_bytes);
    for (std::size_t at = 0; at < bytes; at += cache_line_bytes) fetch_ahead(begin + at);
  }

  std::size_t size() const { return size_; }
  std::size_t young_size() const { return young_size_; }
  void age() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < slots_.count(); ++i) kept += slots_.at(i).is_young() ? 1U : 0U;
    rebuild(std::bit_ceil(std::max(kept * 2, smallest)), [](const Slot& slot) { return slot.is_young(); });
    for (std::size_t i = 0; i < slots_.count(); ++i) slots_.at(i).mark &= ~young_bit;
    young_size_ = 0;
  }
  // Lets go of one, if it is there. As slow as age().
  void drop(const Key& key) {
    const Slot* const gone = slot_of(mark_of(key), key);
    if (gone->entry == nullptr) return;
    if (gone->is_young()) --young_size_;
    rebuild(slots_.count(), [gone_entry = gone->entry](const Slot& slot) { return slot.entry != gone_entry; });
  }
  void clear() {
    rebuild(smallest, [](const Slot&) { return false; });
    young_size_ = 0;
  }
  template <typename Look>
  void for_each(Look look) const {
    for (std::size_t i = 0; i < slots_.count(); ++i) {
      if (const Entry* entry = slots_.at(i).entry) look(entry->key(), entry->value);
    }
  }

 private:
  static constexpr std::size_t smallest = 16;
  static constexpr std::size_t cache_line_bytes = 64;
  static constexpr std::size_t first_part_bytes = 128;
  static constexpr std::uint64_t young_bit = 1;

  struct Pair {
    template <typename Like, typename... Args>
    explicit Pair(Like&& its_key, Args&&... args) : first(std::forward<Like>(its_key)), value(std::forward<Args>(args)...) {}
    const Key& key() const { return first; }
    const Key first;
    Value value;
  };
  struct alignas(cache_line_bytes) Alone {
    template <typename... Args>
    explicit Alone(Args&&... args) : value(std::forward<Args>(args)...) {}
    const Key& key() const { return value.id(); }
    Value value;
  };
  static constexpr bool knows_its_key = requires(const Value& value) {
    { value.id() } -> std::same_as<const Key&>;
  };
  using Entry = std::conditional_t<knows_its_key, Alone, Pair>;
  struct Slot {
    std::uint64_t mark;  // The key's hash, whose lowest bit gives way to whether the entry is young.
    Entry* entry;        // Null: free.
    bool is_young() const { return entry != nullptr && (mark & young_bit) != 0; }
  };

  // Open addressing, at most three quarters full: the system zeroes all of it, and a slot that is another's is told by its mark. A slot is
  // asked for by a mark, or by its number.
  class Slots {
   public:
    explicit Slots(std::size_t count) : memory_(count * sizeof(Slot)), mask_(count - 1) { memory_.populate(); }
    std::size_t count() const { return mask_ + 1; }
    Slot& at(std::size_t index) const { return static_cast<Slot*>(memory_.data())[index]; }
    Slot& operator[](std::uint64_t mark) const { return at(index_of(mark)); }
    Slot& next(const Slot& slot) const { return at((static_cast<std::size_t>(&slot - &at(0)) + 1) & mask_); }

   private:
    std::size_t index_of(std::uint64_t mark) const { return (mark >> 1) & mask_; }
    MemoryBlock memory_;
    std::size_t mask_;
  };

  template <typename Like>
  static std::uint64_t mark_of(const Like& key) {
    const std::uint64_t hash = Hash{}(key);
    return (hash ^ hash >> 32) & ~young_bit;
  }

  // Where the key stands, or the free slot where it belongs.
  template <typename Like>
  Slot* slot_of(std::uint64_t mark, const Like& key) const {
    Slot* slot = &slots_[mark];
    while (slot->entry != nullptr && ((slot->mark & ~young_bit) != mark || !(slot->entry->key() == key))) slot = &slots_.next(*slot);
    return slot;
  }

  // Takes the entries over that are kept, and drops the others.
  template <typename Keep>
  void rebuild(std::size_t count, Keep keep) {
    const Slots before = std::exchange(slots_, Slots(count));
    size_ = 0;
    for (std::size_t i = 0; i < before.count(); ++i) {
      const Slot& old = before.at(i);
      if (old.entry == nullptr) continue;
      if (!keep(old)) {
        entries_.drop(old.entry);
        continue;
      }
      Slot* slot = &slots_[old.mark];
      while (slot->entry != nullptr) slot = &slots_.next(*slot);
      *slot = old;
      ++size_;
    }
  }

  Slots slots_;
  Slab<Entry> entries_;
  std::size_t size_ = 0;
  std::size_t young_size_ = 0;
};

}  // namespace muniment
