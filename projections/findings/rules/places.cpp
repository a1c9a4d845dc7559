// Sign-ins from two places within minutes, and such from a new place right after a reset. Where nobody says from where, nothing is found.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::size_t places_max = 8;  // Of one account; of more the oldest are not remembered.
constexpr std::size_t times_max = 4;   // Of one place: the latest, and those that were reported last.

void note_at_each_link(Rule rule, const Step& step, const FindingPerson& person, const EventRef& before, Desk& desk) {
  const Threshold threshold = entry_of(rule).thresholds.front();
  for (const FindingLink& link : person.links) {
    const PolicyView::Value value = desk.policies().of(link.provider).threshold(threshold);
    const auto [earlier, later] = std::minmax(before.at, step.event.at);
    if (later >= due_time(earlier, threshold, value.value)) continue;
    Interval act;
    act.opened = step.event;
    add_act(act, before);
    add_act(act, step.event);
    desk.note_act(rule, link.provider, step.username, std::move(act), value.position);
  }
}

// The sign-in from elsewhere that is nearest in time.
const SeenPlace* nearest_elsewhere(const FindingPerson& person, std::uint64_t place, Timestamp at) {
  const SeenPlace* out = nullptr;
  const auto away = [at](const SeenPlace& seen) { return std::max(seen.at, at).ns - std::min(seen.at, at).ns; };
  for (const SeenPlace& seen : person.places) {
    if (seen.place != place && (out == nullptr || away(seen) < away(*out))) out = &seen;
  }
  return out;
}

// What of the place counts least: the oldest report, but for the latest time.
void forget_one_time(std::vector<SeenPlace>& places, std::uint64_t place) {
  const auto is_there = [place](const SeenPlace& seen) { return seen.place == place; };
  if (static_cast<std::size_t>(std::ranges::count_if(places, is_there)) <= times_max) return;
  Timestamp latest{};
  for (const SeenPlace& seen : places) latest = is_there(seen) ? std::max(latest, seen.at) : latest;
  places.erase(std::ranges::find_if(places, [&](const SeenPlace& seen) { return is_there(seen) && seen.at != latest; }));
}

// The place whose latest time is the oldest.
std::uint64_t oldest_place(const std::vector<SeenPlace>& places) {
  std::vector<SeenPlace> latest;
  for (const SeenPlace& seen : places) {
    const auto known = std::ranges::find(latest, seen.place, &SeenPlace::place);
    if (known == latest.end()) {
      latest.push_back(seen);
    } else {
      known->at = std::max(known->at, seen.at);
    }
  }
  return latest.size() <= places_max ? 0 : std::ranges::min_element(latest, {}, &SeenPlace::at)->place;
}

// In the order in which they were reported. Of one moment once.
void remember(FindingPerson& person, std::uint64_t place, const EventRef& event) {
  std::erase_if(person.places, [&](const SeenPlace& seen) { return seen.place == place && seen.at == event.at; });
  person.places.push_back({place, event.at, event.position});
  forget_one_time(person.places, place);
  if (const std::uint64_t oldest = oldest_place(person.places); oldest != 0)
    std::erase_if(person.places, [oldest](const SeenPlace& seen) { return seen.place == oldest; });
}

}  // namespace

void see_places(const Step& step, Desk& desk, std::uint64_t place) {
  const auto fact = step.reader.getFact();
  if (fact.isPasswordReset()) {
    if (step.event.at >= step.person->value.reset.at) desk.change(*step.person).reset = step.event;
    return;
  }
  if (fact.isSubjectErased()) {
    if (!step.person->value.places.empty()) desk.change(*step.person).places.clear();
    return;
  }
  if (!fact.isSignedIn() || !fact.getSignedIn().getSuccess() || place == 0) return;
  FindingPerson& person = desk.change(*step.person);
  if (const SeenPlace* other = nearest_elsewhere(person, place, step.event.at))
    note_at_each_link(Rule::two_places, step, person, {other->position, other->at, 0}, desk);
  const bool is_new = !person.places.empty() && std::ranges::find(person.places, place, &SeenPlace::place) == person.places.end();
  if (is_new && person.reset.position != 0 && person.reset.at <= step.event.at)
    note_at_each_link(Rule::signed_in_after_reset, step, person, person.reset, desk);
  remember(person, place, step.event);
}

}  // namespace muniment::view
