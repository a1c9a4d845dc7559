// What has been written to the vault and is not in its tables yet, in memory: the newest write of each key wins. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vault/private_pages.h"

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

// Filled once, settled, and dropped whole. Writes stand one behind the other; a table finds the newest of a prefix by its hash, and each
// write knows the one before it, so that adding compares no keys.
class Overlay {
 public:
  // A value, or nothing where the key was removed. Points into the overlay.
  using Written = std::optional<std::string_view>;

  Overlay() { entries_.reserve(std::size_t{1} << 17); }  // About as many as are settled.
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  // Adds writes in their order. False when the bytes are none.
  [[nodiscard]] bool add(std::string_view writes);

  // What was written last; null when the overlay knows nothing of the key. Valid until the overlay changes.
  const Written* find(std::string_view key) const;
  // Visits the writes of the keys that are longer than that prefix, which is as long as format.h says that prefixes are, and start with it;
  // the newest first, so that what comes later for the same key is out of date.
  void scan(std::string_view prefix, const std::function<void(std::string_view key, const Written& written)>& visit) const;

  // Visits all of it, the last write of each key alone, in bytewise order of the keys.
  void visit_sorted(const std::function<void(std::string_view key, const Written& written)>& visit) const;

  bool empty() const { return entries_.empty(); }
  // Of the writes alone; what finds them takes about as much again.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string_view key;
    Written written;
    std::uint32_t earlier;  // The number of the write before it with this prefix.
  };
  // An entry is known by its number, from 1; 0 is none.
  struct Slot {
    std::uint32_t hash;
    std::uint32_t newest;
  };

  void put(std::string_view key, const Written& written);
  std::size_t slot_of(std::uint32_t hash, std::string_view prefix) const;
  std::uint32_t newest_of(std::string_view prefix) const;
  void grow();

  std::pmr::monotonic_buffer_resource arena_{std::size_t{64} * 1024};
  std::vector<Entry, PrivatePages<Entry>> entries_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);  // With open addressing: a power of two, at most half of them in use.
  std::size_t used_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace muniment
