// Passwords that are reset again and again, and resets of many by one actor.
#include "projections/findings/rules/rules.h"

namespace muniment::view {

void see_resets(const Step& step, Desk& desk) {
  if (step.reader.getFact().which() != schema::Event::Fact::PASSWORD_RESET) return;
  const PackedProvider provider = step.touched.front();
  desk.note_in_run(Rule::many_resets, step, provider, step.actor, desk.actor(provider, step.actor).resets);
  if (FindingLink* link = step.person->link(provider)) desk.note_in_run(Rule::repeated_resets, step, provider, step.username, link->resets);
}

}  // namespace muniment::view
