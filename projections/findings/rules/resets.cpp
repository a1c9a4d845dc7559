// Passwords that are reset again and again, and resets of many by one actor.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

// Tells accounts apart, but for chance.
std::uint64_t about(std::string_view username) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: it is on disk.
  for (const char c : username) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash | 1;
}

}  // namespace

void see_resets(const Step& step, Desk& desk) {
  if (step.reader.getFact().which() != schema::Event::Fact::PASSWORD_RESET) return;
  const PackedProvider provider = *step.touched.front()->key;
  desk.note_in_run(Rule::many_resets, step, provider, step.actor, desk.change(desk.actor(provider, step.actor)).resets,
                   about(step.username));
  FindingLink* link = step.person->value.link(provider);
  if (link == nullptr) return;
  desk.change(*step.person);
  desk.note_in_run(Rule::repeated_resets, step, provider, step.username, link->resets);
}

}  // namespace muniment::view
