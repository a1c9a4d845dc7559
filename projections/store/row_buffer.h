// The rows that one batch of events puts into one projection or removes, until they are written. Of a row that is put or removed more than
// once the last counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muniment::view {

class RowBuffer {
 public:
  // A place to go back to when the rest of an event cannot be applied.
  struct Mark {
    std::size_t rows;
    std::size_t bytes;
  };

  void put(std::string_view key, std::string_view value);
  void remove(std::string_view key);
  Mark mark() const { return {rows_.size(), bytes_.size()}; }
  void roll_back(Mark mark);

  bool empty() const { return rows_.empty(); }
  std::size_t rows() const { return rows_.size(); }
  std::size_t size_bytes() const { return bytes_.size() + rows_.size() * sizeof(Row); }
  void clear();

  // In the order they were put: visit(key, value), without a value for a row that is removed.
  template <typename Visit>
  void each(Visit visit) const {
    for (const Row& row : rows_) visit(key_of(row), value_of(row));
  }
  // In the order of the keys, each key once with its last value. Sorts in place; call clear() afterwards.
  template <typename Visit>
  void each_sorted(Visit visit) {
    sort();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i + 1 < rows_.size() && key_of(rows_[i]) == key_of(rows_[i + 1])) continue;
      visit(key_of(rows_[i]), value_of(rows_[i]));
    }
  }

 private:
  struct Row {
    std::uint64_t head;  // The key's first eight bytes as a number, and the next eight: most comparisons end here.
    std::uint64_t neck;
    std::uint32_t at;
    std::uint32_t key_size;
    std::uint32_t value_size;  // Or `removed`.
  };
  static constexpr std::uint32_t removed = ~std::uint32_t{0};

  std::string_view key_of(const Row& row) const { return {bytes_.data() + row.at, row.key_size}; }
  std::optional<std::string_view> value_of(const Row& row) const {
    if (row.value_size == removed) return std::nullopt;
    return std::string_view{bytes_.data() + row.at + row.key_size, row.value_size};
  }
  void add(std::string_view key, std::string_view value, std::uint32_t value_size);
  void sort();

  std::vector<Row> rows_;
  std::string bytes_;  // At most 4 GiB: asserted.
};

}  // namespace muniment::view
