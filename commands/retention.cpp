#include "commands/retention.h"

#include <chrono>
#include <limits>

namespace muniment {

std::optional<Timestamp> retained_until(const Account& account, const Policy& agency) {
  using namespace std::chrono;
  const auto left_at = account.left_at();
  if (!left_at) return std::nullopt;
  const sys_time<nanoseconds> left{nanoseconds{left_at->ns}};
  const sys_days day = floor<days>(left);
  year_month_day until = year_month_day{day} + years{agency.retention_years(account.was_primary_user())};
  if (!until.ok()) until = until.year() / until.month() / last;  // From February 29 on.
  constexpr year year_max{2261};                                 // The last whole one that nanoseconds reach.
  if (until.year() > year_max) return Timestamp{std::numeric_limits<std::int64_t>::max()};
  return Timestamp{(sys_time<nanoseconds>{sys_days{until}} + (left - day)).time_since_epoch().count()};
}

}  // namespace muniment
