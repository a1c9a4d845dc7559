// What has been written to the vault and is not in its tables yet, in memory: the newest write of each key wins. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muniment {

// Writes that take effect together, in the form in which the journal keeps them, one behind the other:
//   write = 1 u8 (put) or 0 (remove) | key length u16be | value length u32be | key | value
class StoreWrites {
 public:
  void put(std::string_view key, std::string_view value) { add(1, key, value); }
  void remove(std::string_view key) { add(0, key, {}); }
  void clear() { bytes_.clear(); }
  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }

 private:
  void add(char kind, std::string_view key, std::string_view value);

  std::string bytes_;
};

// Filled once, settled, and dropped whole: entries stand one behind the other, and tables of numbers find them by a hash of their key.
class Overlay {
 public:
  // A value, or nothing where the key was removed. Points into the overlay.
  using Written = std::optional<std::string_view>;

  Overlay() { entries_.reserve(std::size_t{1} << 17); }  // About as many as are settled; pages that are never touched cost nothing.
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  // Adds writes in their order. False when the bytes are none.
  [[nodiscard]] bool add(std::string_view writes);

  // What was written last; null when the overlay knows nothing of the key. Valid until the overlay changes.
  const Written* find(std::string_view key) const;
  // Visits the keys with that prefix, which is as long as format.h says that prefixes are, in no order.
  void scan(std::string_view prefix, const std::function<void(std::string_view key, const Written& written)>& visit) const;

  // Visits all of it in bytewise order of the keys.
  void visit_sorted(const std::function<void(std::string_view key, const Written& written)>& visit) const;

  bool empty() const { return entries_.empty(); }
  // Of the writes alone; entries and tables take about as much again.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string_view key;
    Written written;
    std::uint32_t next_of_prefix;  // Of keys longer than a prefix.
  };

  // Entries by hash, with open addressing. An entry is known by its number, from 1; 0 is none.
  class Index {
   public:
    // The number of the entry that has this hash and for which `is_it` holds.
    template <typename IsIt>
    std::uint32_t find(std::uint32_t hash, IsIt is_it) const;
    // The same, as a place to write to: where there is none, a new place, which the caller must fill.
    template <typename IsIt>
    std::uint32_t& place(std::uint32_t hash, IsIt is_it);

   private:
    struct Slot {
      std::uint32_t hash;
      std::uint32_t entry;
    };
    template <typename IsIt>
    std::size_t slot_of(std::uint32_t hash, IsIt is_it) const;
    void grow();

    std::vector<Slot> slots_ = std::vector<Slot>(1024);  // A power of two, at most half of them in use.
    std::size_t used_ = 0;
  };

  void put(std::string_view key, const Written& written);

  std::pmr::monotonic_buffer_resource arena_{std::size_t{64} * 1024};
  std::vector<Entry> entries_;
  Index by_key_;
  Index by_prefix_;  // The newest key of a prefix.
  std::size_t bytes_ = 0;
};

}  // namespace muniment
