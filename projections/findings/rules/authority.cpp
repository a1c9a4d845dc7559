// Grants in imported history by somebody without authority at that moment, as the history itself has it: who held an administrator's
// service there was entitled, who was on the roster without one was not, and of anybody else it cannot be told. What was decided here
// records the right that it was done by, and needs no finding.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

enum class Standing { entitled, without, unknown };

Standing standing_of(const Step& step, const LinkStep& link, Desk& desk) {
  if (step.actor_username.empty() || link.place->value.meant_administrator.empty()) return Standing::unknown;
  for (const FindingLink& own : desk.person(step.actor_username).value.links) {
    if (own.provider != link.provider) continue;
    // What this very event grants to the actor entitles nobody to it, and neither does what was granted later and recorded before.
    for (const HeldFinding& held : own.held) {
      const bool was_held = held.granted.position != step.event.position && held.granted.at <= step.event.at;
      if (was_held && desk.is_administrator(held.service, link.place->value)) return Standing::entitled;
    }
    // Of a link that has changed since that moment it is not known what was held then.
    const bool is_as_it_was = own.started.position != step.event.position && own.changed <= step.event.at;
    return is_as_it_was ? Standing::without : Standing::unknown;
  }
  return Standing::unknown;
}

// One finding for each actor at each provider and month, in UTC.
void note_unknown(const Step& step, PackedProvider provider, Desk& desk) {
  constexpr std::size_t month_size = 7;  // YYYY-MM
  constexpr std::int64_t ns_per_day = std::int64_t{24} * 3600 * 1'000'000'000;
  const std::string day = date_of(step.event.at.ns / ns_per_day);
  const std::string month = day.substr(0, month_size);
  const auto number = static_cast<std::uint64_t>(std::stoi(month.substr(0, 4)) * 12 + std::stoi(month.substr(5)));
  desk.add_to_act({provider, Rule::authority_unknown, step.actor, number, 0}, step, month, 0);
}

}  // namespace

void see_authority(Step& step, Desk& desk) {
  if (step.reader.getAuthority() != schema::Authority::UNKNOWN) return;
  for (LinkStep& link : step.links) {
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
