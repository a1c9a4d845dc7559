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

void open_vacancy(const Step& step, PlaceRow& row, Timestamp from, Desk& desk) {
  Interval interval = interval_of(step.event);
  interval.from = from;
  interval.last = from;
  interval.other = row.value.primary_user;
  desk.intervals().put({*row.key, Rule::no_primary_user, {}, step.event.position, 0}, std::move(interval));
  FindingPlace& place = desk.change(row);
  place.no_primary_user = step.event.position;
  place.no_primary_user_from = from;
}

// A departure may be announced: there is no vacancy before it. An earlier one that is reported later corrects that.
void follow_primary_user(const Step& step, PlaceRow& row, Desk& desk) {
  const FindingPlace& place = row.value;
  const bool is_vacant = place.primary_user.empty() || place.primary_user_gone;
  const bool is_open = place.no_primary_user != 0;
  const Timestamp from = place.primary_user_gone ? std::max(step.event.at, place.gone_from) : step.event.at;
  const bool is_corrected = is_vacant && is_open && from < place.no_primary_user_from;
  if (is_vacant == is_open && !is_corrected) return;
  if (is_open) {
    desk.intervals().end({*row.key, Rule::no_primary_user, {}, place.no_primary_user, 0}, step.event, is_corrected);
    desk.change(row).no_primary_user = 0;
  }
  if (is_vacant) open_vacancy(step, row, from, desk);
}

void follow_backup(const Step& step, PlaceRow& row, Desk& desk) {
  const bool is_open = row.value.no_backup != 0;
  if (has_backup(row.value) != is_open) return;
  if (!is_open) return desk.open_about(Rule::no_backup, step, row, &FindingPlace::no_backup);
  desk.end({*row.key, Rule::no_backup, {}, row.value.no_backup, 0}, step.event);
  desk.change(row).no_backup = 0;
}

}  // namespace

void see_vacancies(const Step& step, Desk& desk) {
  for (PlaceRow* row : step.touched) {
    if (!row->value.registered || row->value.closed.position != 0) continue;
    follow_primary_user(step, *row, desk);
    follow_backup(step, *row, desk);
  }
}

}  // namespace muniment::view
