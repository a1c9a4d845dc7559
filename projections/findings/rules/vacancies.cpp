// Providers without a Primary User or without a backup: from their registration, or from when they lost the one they had.
// Source: job aids, introductions ("must ensure that a backup Primary User (administrator) is assigned").
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool has_backup(const FindingPlace& place) {
  return std::any_of(place.administrators.begin(), place.administrators.end(), [&](const FindingAdministrator& administrator) {
    return administrator.usable && administrator.username != place.primary_user;
  });
}

// Opens the provider's finding or ends it, as the condition says; `opened` is what opened the one that is open.
void follow(Rule rule, bool holds, PackedProvider provider, Position FindingPlace::* opened, const Step& step, Desk& desk) {
  FindingPlace& place = desk.place(provider);
  if (holds == (place.*opened != 0)) return;
  if (!holds) {
    desk.end({provider, rule, {}, place.*opened, 0}, step.event);
    place.*opened = 0;
    return;
  }
  Interval interval;
  interval.opened = step.event;
  interval.from = step.event.at;
  interval.last = step.event.at;
  interval.evidence = {step.event.position};
  interval.other = rule == Rule::no_primary_user ? place.primary_user : std::string{};
  desk.intervals().put({provider, rule, {}, step.event.position, 0}, std::move(interval));
  place.*opened = step.event.position;
}

}  // namespace

void see_vacancies(const Step& step, Desk& desk) {
  for (const auto provider : step.touched) {
    const FindingPlace& place = desk.look_at(provider);
    if (!place.registered || place.closed) continue;
    follow(Rule::no_primary_user, place.primary_user.empty() || place.primary_user_gone, provider, &FindingPlace::no_primary_user, step,
           desk);
    follow(Rule::no_backup, !has_backup(place), provider, &FindingPlace::no_backup, step, desk);
  }
}

}  // namespace muniment::view
