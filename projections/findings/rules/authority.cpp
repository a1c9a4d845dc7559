// Grants in imported history by somebody without authority at that moment, as the history itself has it: who held an administrator's
// service there was entitled, who was on the roster without one was not, and of anybody else it cannot be told. What was decided here
// records the right that it was done by, and needs no finding.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

enum class Standing { entitled, without, unknown };

Standing standing_of(const Step& step, const LinkStep& link, Desk& desk) {
  if (step.actor_username.empty() || desk.look_at(link.provider).meant_administrator.empty()) return Standing::unknown;
  for (const FindingLink& own : desk.look_at(step.actor_username).links) {
    if (own.provider != link.provider) continue;
    // What this very event grants to the actor entitles nobody to it.
    for (const HeldFinding& held : own.held) {
      if (held.granted.position != step.event.position && desk.is_administrator(held.service, own.provider)) return Standing::entitled;
    }
    return own.started.position == step.event.position ? Standing::unknown : Standing::without;
  }
  return Standing::unknown;
}

// One finding for each actor at each provider.
void note_unknown(const Step& step, PackedProvider provider, Desk& desk) {
  const IntervalName name{provider, Rule::authority_unknown, step.actor, 0, 0};
  Interval act;
  if (Interval* known = desk.intervals().find(name)) {
    act = *known;
    ++act.count;
    act.last = std::max(act.last, step.event.at);
    add_evidence(act, step.event.position);
  } else {
    act.kind = IntervalKind::act;
    act.opened = step.event;
    act.from = step.event.at;
    act.last = step.event.at;
    act.evidence = {step.event.position};
  }
  desk.intervals().put(name, std::move(act));
}

}  // namespace

void see_authority(const Step& step, Desk& desk) {
  if (step.reader.getAuthority() != schema::Authority::UNKNOWN) return;
  for (LinkStep link : step.links) {
    if (link.link == nullptr || link.granted.empty()) continue;
    switch (standing_of(step, link, desk)) {
      case Standing::entitled:
        break;
      case Standing::without:
        for (const auto service : link.granted) desk.open(Rule::granted_without_authority, step, link, service, step.actor);
        break;
      case Standing::unknown:
        note_unknown(step, link.provider, desk);
        break;
    }
  }
}

}  // namespace muniment::view
