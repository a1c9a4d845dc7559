// What has been written to the vault and is not in its tables yet, in memory: the newest write of each key wins. Not thread-safe.
#pragma once

#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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

// Everything in it is allocated from one arena and freed with it: an overlay is filled once, settled, and dropped whole.
class Overlay {
 public:
  // A value, or nothing where the key was removed. Points into the overlay.
  using Written = std::optional<std::string_view>;

  Overlay() = default;
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  // Adds writes in their order. False when the bytes are none.
  [[nodiscard]] bool add(std::string_view writes);

  // What was written last; null when the overlay knows nothing of the key. Valid until the overlay changes.
  const Written* find(std::string_view key) const;
  // Visits the keys with that prefix, which is as long as format.h says that prefixes are, in no order.
  void scan(std::string_view prefix, const std::function<void(std::string_view key, const Written& written)>& visit) const;

  // All of it in bytewise order of the keys. Valid until the overlay changes.
  std::vector<std::pair<std::string_view, Written>> sorted() const;

  bool empty() const { return written_.empty(); }
  // Of the writes alone; the maps take about as much again.
  std::size_t bytes() const { return bytes_; }

 private:
  std::pmr::monotonic_buffer_resource arena_{std::size_t{64} * 1024};
  // From the start as many buckets as settling usually finds keys: growing a map visits every node again.
  static constexpr std::size_t buckets = 1 << 16;
  std::pmr::unordered_map<std::string_view, Written> written_{buckets, &arena_};
  std::pmr::unordered_multimap<std::string_view, std::string_view> by_prefix_{buckets, &arena_};  // The keys longer than a prefix.
  std::size_t bytes_ = 0;
};

}  // namespace muniment
