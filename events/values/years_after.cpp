#include "events/values/years_after.h"

#include <chrono>
#include <limits>

namespace muniment {

Timestamp years_after(Timestamp at, int years) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds{at.ns}};
  const sys_days day = floor<days>(time);
  year_month_day after = year_month_day{day} + std::chrono::years{years};
  if (!after.ok()) after = after.year() / after.month() / last;
  constexpr year year_max{2261};  // The last whole one that nanoseconds reach.
  if (after.year() > year_max) return Timestamp{std::numeric_limits<std::int64_t>::max()};
  return Timestamp{(sys_time<nanoseconds>{sys_days{after}} + (time - day)).time_since_epoch().count()};
}

}  // namespace muniment
