// The writing side of the findings: rows that a batch opens, changes and ends, each written once when the batch is complete.
#pragma once

#include <array>
#include <unordered_map>

#include "projections/findings/interval.h"
#include "projections/store/database.h"

namespace muniment::view {

class IntervalTable {
 public:
  // Both must outlive it.
  IntervalTable(const Database& database, const Table& table) : database_(database), table_(table) {}

  // Puts one that is open, in the place of the former of that name, which is not read.
  void put(const IntervalName& name, Interval interval);
  // The open one of that name, to be changed; null if there is none. Valid until the next call.
  Interval* find(const IntervalName& name);
  // The open one of that name ends; nothing happens where there is none.
  void end(const IntervalName& name, const EventRef& event, bool corrected = false);
  // Puts one that has ended and was not open here.
  void put_ended(const IntervalName& name, Interval interval);

  // The one of that name is gone as if it had never been, open or ended.
  void forget(const IntervalName& name);

  // Whatever is open at the provider and can end, ends.
  void end_all(PackedProvider provider, const EventRef& event);

  // Since this was made: the latest time that any of them began or ended, and by how many more of each rule are open.
  Timestamp latest() const { return latest_; }
  const std::array<std::int64_t, rule_count + 1>& opened() const { return opened_; }

  std::size_t changed() const { return open_.size() + ended_.size() + forgotten_.size(); }  // Rows of this batch.
  void finish(RowBuffer& rows);
  void written() { open_.clear(); }

 private:
  struct Kept {
    std::optional<Interval> open;  // Nothing: it has no row, or none any more.
    bool is_changed = false;
  };
  Kept& load(const std::string& place);

  const Database& database_;
  const Table& table_;
  std::unordered_map<std::string, Kept> open_;           // Of this batch, by their places.
  std::vector<std::pair<std::string, Interval>> ended_;  // The same.
  std::vector<std::string> forgotten_;                   // Places whose ended rows go.
  Timestamp latest_{};
  std::array<std::int64_t, rule_count + 1> opened_{};  // By the rules' numbers.
};

}  // namespace muniment::view
