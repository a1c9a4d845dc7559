// How much happened, by period of time, over the whole of what a trail's question finds: the same on the command line and over HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "projections/time_histogram.h"
#include "projections/trail.h"
#include "tools/wire/cell.h"

namespace muniment {

// Counts rows of a trail that come with the newest first, up to a bound.
class TrailCounter {
 public:
  // Of more the newest are counted, and the answer says since when.
  static constexpr std::size_t counted_max = 2'000'000;

  explicit TrailCounter(std::size_t most = counted_max) : left_(most) {}

  // False: it was not counted, because so many are.
  bool add(const TrailRow& row);
  // Beside the rows of the answer: the unit, and since when where not all are counted.
  std::vector<NamedCell> remarks() const;
  std::vector<std::vector<Cell>> rows() const;

 private:
  TimeHistogram histogram_;
  std::size_t left_;
  Timestamp last_;
  bool is_cut_ = false;
};

std::vector<Column> histogram_columns();

}  // namespace muniment
