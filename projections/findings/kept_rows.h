// Rows of one kind that a batch reads and changes: each read once, and each that was changed written once when the batch is complete.
#pragma once

#include <string>
#include <unordered_map>

#include "projections/store/database.h"
#include "projections/text_hash.h"

namespace muniment::view {

// `put(out, value)` and `take(text)` are how a value stands in a row. A row that is not there reads as Value{}.
template <typename Value, void (*put)(std::string&, const Value&), Value (*take)(std::string_view)>
class KeptRows {
 public:
  // Both must outlive it.
  KeptRows(const Database& database, const Table& table) : database_(database), table_(table) {}

  // The value, to be changed. Stays where it is until written().
  Value& change(const std::string& key) {
    Kept& kept = load(key);
    if (!kept.changed) ++changed_;
    kept.changed = true;
    return kept.value;
  }
  const Value& read(const std::string& key) { return load(key).value; }

  std::size_t changed() const { return changed_; }  // Rows, since the last batch.

  void finish(RowBuffer& rows) {
    changed_ = 0;
    std::string value;
    for (auto& [key, kept] : kept_) {
      if (!kept.changed) continue;
      value.clear();
      put(value, kept.value);
      rows.put(key, value);
      kept.changed = false;
    }
  }
  void written() {
    if (kept_.size() > remembered_max) kept_.clear();
  }

 private:
  static constexpr std::size_t remembered_max = 1 << 17;

  struct Kept {
    Value value{};
    bool changed = false;
  };

  Kept& load(const std::string& key) {
    if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
    const auto value = database_.get(table_, key);
    return kept_.emplace(key, Kept{value ? take(*value) : Value{}, false}).first->second;
  }

  const Database& database_;
  const Table& table_;
  std::unordered_map<std::string, Kept> kept_;
  std::size_t changed_ = 0;
};

}  // namespace muniment::view
