// The writing side of the findings: rows that a batch opens, changes and ends, each written once when the batch is complete.
#pragma once

#include <unordered_map>

#include "projections/findings/interval.h"
#include "projections/findings/policy.h"
#include "projections/store/database.h"
#include "projections/text_hash.h"

namespace muniment::view {

class IntervalTable {
 public:
  // Both must outlive it.
  IntervalTable(const Database& database, const Table& table) : database_(database), table_(table) {}

  // Puts one that is open, in the place of the former of that name, which is not read.
  void put(const IntervalName& name, Interval interval);
  // The open one of that name, to be changed; null if there is none. Valid until the next call.
  Interval* find(const IntervalName& name);
  // The open one of that name ends; nothing happens where there is none. One that was not due by then is forgotten: by the policy that is
  // in force at the end, and counted from `reported` at the earliest, where that is given (position 0: not at all).
  void end(const IntervalName& name, const EventRef& event, const PolicyView& policy, const EventRef* reported = nullptr);

  std::size_t changed() const { return changed_ + ended_.size(); }  // Rows, since the last batch.
  void finish(RowBuffer& rows);
  void written();

 private:
  struct Kept {
    std::optional<Interval> open;  // Nothing: it has no row, or none any more.
    bool changed = false;
  };
  Kept& load(const std::string& place);
  Kept& change(Kept& kept);

  const Database& database_;
  const Table& table_;
  std::unordered_map<std::string, Kept, TextHash, std::equal_to<>> kept_;
  std::vector<std::pair<std::string, Interval>> ended_;  // Of this batch, by their places.
  std::size_t changed_ = 0;
};

}  // namespace muniment::view
