// Changes of access at weekends or out of hours, on the clock of the provider's own zone: a finding for each actor and day.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

// A shift that ends before it begins goes over midnight.
bool is_within(int minute, int from, int to) { return from <= to ? minute >= from && minute < to : minute >= from || minute < to; }

bool is_at_work(const LocalTime& local, const PolicyView& policy) {
  if ((policy.work_days() >> local.weekday & 1U) == 0) return false;
  const auto from = policy.work_from();
  const auto to = policy.work_to();
  return !from || !to || is_within(local.minute, *from, *to);
}

void note(const Step& step, PackedProvider provider, const LocalTime& local, Desk& desk) {
  // Days before 1970 are not in any history that is taken in.
  const IntervalName name{provider, Rule::out_of_hours, step.actor, static_cast<std::uint64_t>(std::max<std::int64_t>(local.day, 0)), 0};
  if (Interval* day = desk.intervals().find(name)) {
    ++day->count;
    day->last = std::max(day->last, step.event.at);
    add_evidence(*day, step.event.position);
    return;
  }
  Interval day;
  day.kind = IntervalKind::act;
  day.opened = step.event;
  day.from = step.event.at;
  day.last = step.event.at;
  day.evidence = {step.event.position};
  day.other = date_of(local.day);
  day.policy = desk.policies().of(provider).position();
  desk.intervals().put(name, std::move(day));
}

}  // namespace

void see_hours(const Step& step, Desk& desk, LocalClock& clock) {
  std::vector<PackedProvider> seen;
  for (const LinkStep& link : step.links) {
    if (link.granted.empty() && link.revoked.empty()) continue;
    if (std::find(seen.begin(), seen.end(), link.provider) != seen.end()) continue;
    seen.push_back(link.provider);
    const PolicyView policy = desk.policies().of(link.provider);
    const LocalTime local = clock.at(step.event.at, policy.time_zone());
    if (!is_at_work(local, policy)) note(step, link.provider, local, desk);
  }
}

}  // namespace muniment::view
