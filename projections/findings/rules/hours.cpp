// Changes of access at weekends or out of hours, on the clock of the provider's own zone: a finding for each actor and day.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool is_work_day(int weekday, const PolicyView& policy) { return (policy.work_days() >> weekday & 1U) != 0; }

// A shift that ends before it begins goes over midnight, and is that of the day on which it began. One that ends when it begins lasts all
// day.
bool is_at_work(const LocalTime& local, const PolicyView& policy) {
  constexpr int days_of_week = 7;
  const auto from = policy.work_from();
  const auto to = policy.work_to();
  if (!from || !to) return is_work_day(local.weekday, policy);
  if (*from < *to) return is_work_day(local.weekday, policy) && local.minute >= *from && local.minute < *to;
  if (local.minute >= *from) return is_work_day(local.weekday, policy);
  return local.minute < *to && is_work_day((local.weekday + days_of_week - 1) % days_of_week, policy);
}

void note_hours(const Step& step, PackedProvider provider, const LocalTime& local, Position policy, Desk& desk) {
  // Days before 1970 are not in any history that is taken in.
  const auto day = static_cast<std::uint64_t>(std::max<std::int64_t>(local.day, 0));
  desk.add_to_act({provider, Rule::out_of_hours, step.actor, day, 0}, step, date_of(local.day), policy);
}

}  // namespace

void see_hours(const Step& step, Desk& desk, LocalClock& clock) {
  std::vector<PackedProvider> seen;
  for (const LinkStep& link : step.links) {
    if (link.granted.empty() && link.revoked.empty()) continue;
    if (std::find(seen.begin(), seen.end(), link.provider) != seen.end()) continue;
    seen.push_back(link.provider);
    const LocalTime local = clock.at(step.event.at, link.policy->time_zone());
    if (!is_at_work(local, *link.policy)) note_hours(step, link.provider, local, link.policy->hours_position(), desk);
  }
}

}  // namespace muniment::view
