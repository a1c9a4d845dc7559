// Counts events by the period of time in which they took effect: of a few units, the finest with which what was counted takes no more
// periods than it may. Calendar units, in UTC; bounded memory, however many events there are.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "events/values/timestamp.h"

namespace muniment {

class TimeHistogram {
 public:
  enum class Unit { minute, hour, day, month, year };
  static constexpr std::size_t periods_max = 100;  // Of years there may be more, as many as there are.

  struct Period {
    Timestamp from;
    Timestamp to;  // The next one's `from`.
    std::uint64_t events = 0;
    std::uint64_t refused = 0;  // Of them.

    bool operator==(const Period&) const = default;
  };

  void add(Timestamp at, bool is_refused);
  Unit unit() const { return unit_; }
  // From the first event's to the last one's, in the order of time, without a gap. Empty where nothing was counted.
  std::vector<Period> periods() const;

 private:
  struct Count {
    std::uint64_t events = 0;
    std::uint64_t refused = 0;
  };

  void coarsen();

  Unit unit_ = Unit::minute;
  std::map<std::int64_t, Count> counts_;  // By the number of the unit since 1970.
};

// Public names: `minute`.
std::string_view name_of(TimeHistogram::Unit unit);

}  // namespace muniment
