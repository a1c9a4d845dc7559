// Rows of one kind that a batch reads and changes: each read once, and each that was changed written once when the batch is complete.
#pragma once

#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "events/values/hash.h"
#include "projections/store/database.h"

namespace muniment::view {

// A value with its row. Where it is stays the same until the batch is written.
template <typename Key, typename Value>
struct KeptRow {
  Value value{};
  const Key* key = nullptr;
  bool is_changed = false;
};

// `Format` says how a value stands in a row: `key(of)`, `put(out, value)`, `take(text)`. A row that is not there reads as Value{}.
//
// What the last batches met is remembered, in two generations: when the younger one is full, the older one is let go of.
template <typename Key, typename Value, typename Format>
class KeptRows {
 public:
  using Row = KeptRow<Key, Value>;
  using Asked = std::conditional_t<std::is_same_v<Key, std::string>, std::string_view, Key>;

  // Both must outlive it.
  KeptRows(const Database& database, const Table& table) : database_(database), table_(table) {}

  // `is_new`: it has no row, as is known without looking.
  Row& row(Asked key, bool is_new = false) {
    if (const auto found = young_.find(key); found != young_.end()) return found->second;
    if (const auto found = old_.find(key); found != old_.end()) return young_.insert(old_.extract(found)).position->second;
    const auto made = young_.try_emplace(Key{key}).first;
    made->second.key = &made->first;
    if (is_new) return made->second;
    if (const auto value = database_.get(table_, Format::key(key))) made->second.value = Format::take(*value);
    return made->second;
  }
  // The value, to be changed.
  Value& change(Row& row) {
    if (!row.is_changed) changed_.push_back(&row);
    row.is_changed = true;
    return row.value;
  }

  std::size_t changed() const { return changed_.size(); }  // Rows, since the last batch.

  void finish(RowBuffer& rows) {
    std::string value;
    for (Row* row : changed_) {
      value.clear();
      Format::put(value, row->value);
      rows.put(Format::key(*row->key), value);
      row->is_changed = false;
    }
    changed_.clear();
  }
  void written() {
    if (young_.size() <= generation_max) return;
    old_ = std::move(young_);
    young_.clear();
  }

 private:
  static constexpr std::size_t generation_max = 1 << 16;
  using Map = std::conditional_t<std::is_same_v<Key, std::string>, std::unordered_map<std::string, Row, TextHash, std::equal_to<>>,
                                 std::unordered_map<Key, Row>>;

  const Database& database_;
  const Table& table_;
  Map young_;
  Map old_;
  std::vector<Row*> changed_;
};

}  // namespace muniment::view
