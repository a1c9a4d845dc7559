// Runs of changes of access by one actor at one provider: each of them, with those before it, so many within so many minutes.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_mass_changes(const Step& step, Desk& desk) {
  std::vector<PackedProvider> seen;  // An event counts once, however many links it changed.
  for (const LinkStep& link : step.links) {
    if (link.granted.empty() && link.revoked.empty()) continue;
    if (std::find(seen.begin(), seen.end(), link.provider) != seen.end()) continue;
    seen.push_back(link.provider);
    FindingActor& actor = desk.change(desk.actor(link.provider, step.actor));
    desk.note_in_run(Rule::mass_changes, step, link.provider, step.actor, actor.changes);
  }
}

}  // namespace muniment::view
