// Two people who granted each other something at one provider, whether or not it is held still.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::size_t granters_max = 256;  // Of one account; more are not remembered.

const Granter* find_granter(const FindingPerson& person, PackedProvider provider, std::string_view username) {
  const auto found = std::find_if(person.granters.begin(), person.granters.end(),
                                  [&](const Granter& granter) { return granter.provider == provider && granter.username == username; });
  return found == person.granters.end() ? nullptr : &*found;
}

}  // namespace

void see_mutual_grants(const Step& step, Desk& desk) {
  if (step.actor_username.empty()) return;
  for (const LinkStep& link : step.links) {
    if (link.granted.empty() || link.username == step.actor_username) continue;
    if (find_granter(*link.person, link.provider, step.actor_username) != nullptr) continue;  // It was seen when it was done first.
    if (link.person->granters.size() < granters_max)
      link.person->granters.push_back({link.provider, step.actor_username, step.event.position});
    const Granter* back = find_granter(desk.person(step.actor_username).value, link.provider, link.username);
    if (back == nullptr) continue;
    Interval act;
    act.opened = step.event;
    add_act(act, {back->position, step.event.at, step.event.import});
    add_act(act, step.event);
    act.other = step.actor_username;
    desk.note_act(Rule::granted_each_other, link.provider, link.username, std::move(act), 0);
  }
}

}  // namespace muniment::view
