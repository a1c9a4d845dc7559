#include "projections/time_histogram.h"

#include <chrono>
#include <limits>

namespace muniment {
namespace {

using Unit = TimeHistogram::Unit;
using SystemTime = std::chrono::sys_time<std::chrono::nanoseconds>;

constexpr std::int64_t months_of_year = 12;

SystemTime system_time(Timestamp at) { return SystemTime{std::chrono::nanoseconds{at.ns}}; }

std::int64_t month_of(Timestamp at) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(system_time(at))};
  return (int{day.year()} - 1970) * months_of_year + static_cast<std::int64_t>(unsigned{day.month()}) - 1;
}

// Rounded down.
std::int64_t year_of_month(std::int64_t month) { return month >= 0 ? month / months_of_year : -((-month - 1) / months_of_year) - 1; }

std::int64_t number_of(Timestamp at, Unit unit) {
  using namespace std::chrono;
  switch (unit) {
    case Unit::minute:
      return floor<minutes>(system_time(at)).time_since_epoch().count();
    case Unit::hour:
      return floor<hours>(system_time(at)).time_since_epoch().count();
    case Unit::day:
      return floor<days>(system_time(at)).time_since_epoch().count();
    case Unit::month:
      return month_of(at);
    case Unit::year:
      return year_of_month(month_of(at));
  }
  return 0;
}

// What time cannot hold is its end.
Timestamp clamped(std::chrono::sys_seconds time) {
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  const std::int64_t seconds = time.time_since_epoch().count();
  if (seconds > std::numeric_limits<std::int64_t>::max() / ns_a_second) return {std::numeric_limits<std::int64_t>::max()};
  if (seconds < std::numeric_limits<std::int64_t>::min() / ns_a_second) return {std::numeric_limits<std::int64_t>::min()};
  return {seconds * ns_a_second};
}

Timestamp start_of(std::int64_t number, Unit unit) {
  using namespace std::chrono;
  switch (unit) {
    case Unit::minute:
      return clamped(sys_seconds{minutes{number}});
    case Unit::hour:
      return clamped(sys_seconds{hours{number}});
    case Unit::day:
      return clamped(sys_seconds{days{number}});
    case Unit::month: {
      const std::int64_t year = year_of_month(number);
      const auto month_number = static_cast<unsigned>(number - year * months_of_year) + 1;
      return clamped(sys_days{std::chrono::year{static_cast<int>(1970 + year)} / static_cast<int>(month_number) / 1});
    }
    case Unit::year:
      return clamped(sys_days{std::chrono::year{static_cast<int>(1970 + number)} / 1 / 1});
  }
  return {};
}

}  // namespace

void TimeHistogram::add(Timestamp at, bool is_refused) {
  Count& count = counts_[number_of(at, unit_)];
  ++count.events;
  if (is_refused) ++count.refused;
  while (unit_ != Unit::year && counts_.rbegin()->first - counts_.begin()->first >= static_cast<std::int64_t>(periods_max)) coarsen();
}

// Every unit is made of whole ones of the finer unit before it.
void TimeHistogram::coarsen() {
  const auto coarser = static_cast<Unit>(static_cast<int>(unit_) + 1);
  std::map<std::int64_t, Count> counts;
  for (const auto& [number, count] : counts_) {
    Count& into = counts[number_of(start_of(number, unit_), coarser)];
    into.events += count.events;
    into.refused += count.refused;
  }
  unit_ = coarser;
  counts_ = std::move(counts);
}

std::vector<TimeHistogram::Period> TimeHistogram::periods() const {
  std::vector<Period> out;
  if (counts_.empty()) return out;
  for (std::int64_t number = counts_.begin()->first; number <= counts_.rbegin()->first; ++number) {
    const auto found = counts_.find(number);
    const Count count = found == counts_.end() ? Count{} : found->second;
    out.push_back({start_of(number, unit_), start_of(number + 1, unit_), count.events, count.refused});
  }
  return out;
}

std::string_view name_of(TimeHistogram::Unit unit) {
  switch (unit) {
    case Unit::minute:
      return "minute";
    case Unit::hour:
      return "hour";
    case Unit::day:
      return "day";
    case Unit::month:
      return "month";
    case Unit::year:
      return "year";
  }
  return {};
}

}  // namespace muniment
