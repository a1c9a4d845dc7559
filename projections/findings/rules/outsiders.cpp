// Accounts of one organization that are linked to a provider of another; and those of a provider that acted for another one, linked there
// still when the relationship ended.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool is_of_relationship(const OpenMark& mark) { return mark.rule == Rule::kept_after_relationship; }

void see_relationship(const Step& step, Desk& desk) {
  const bool has_ended = step.reader.getFact().isRelationshipEnded();
  const PackedProvider provider = step.touched[0];
  for (const auto& username : desk.outsiders(provider, step.touched[1])) {
    FindingPerson& person = desk.person(username);
    FindingLink* link = person.link(provider);
    if (link == nullptr) continue;
    if (!has_ended) {
      desk.end_marks(username, *link, step.event, is_of_relationship);
      continue;
    }
    LinkStep kept{.username = username, .person = &person, .provider = provider, .link = link, .granted = {}, .revoked = {}};
    desk.open(Rule::kept_after_relationship, step, kept, no_service);
  }
}

}  // namespace

void see_outsiders(const Step& step, Desk& desk, RowBuffer& rows) {
  const auto fact = step.reader.getFact().which();
  if (fact == schema::Event::Fact::RELATIONSHIP_STARTED || fact == schema::Event::Fact::RELATIONSHIP_ENDED)
    return see_relationship(step, desk);
  for (LinkStep link : step.links) {
    if (!link.started || !link.person->has_home || link.person->home == link.provider) continue;
    desk.add_outsider(link.provider, link.person->home, link.username, rows);
    if (desk.look_at(link.person->home).organization != desk.look_at(link.provider).organization)
      desk.open(Rule::outside_organization, step, link, no_service);
  }
}

}  // namespace muniment::view
