// Accounts of one organization that are linked to a provider of another; and those of a provider that acted for another one, linked there
// still when the relationship ended.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool is_of_relationship(const OpenMark& mark) { return mark.rule == Rule::kept_after_relationship; }

// Of the entity's accounts that are linked at the provider.
void see_relationship(Step& step, PlaceRow& place, PackedProvider entity, bool has_ended, Desk& desk) {
  const PackedProvider provider = *place.key;
  for (const auto& username : desk.outsiders(provider, entity)) {
    PersonRow& person = desk.person(username);
    FindingLink* link = person.value.link(provider);
    if (link == nullptr) continue;
    desk.change(person);
    desk.end_marks(username, *link, step.event, is_of_relationship);
    if (!has_ended) continue;
    LinkStep kept{.username = username,
                  .person = &person.value,
                  .place = &place,
                  .policy = nullptr,
                  .provider = provider,
                  .link = link,
                  .granted = {},
                  .revoked = {}};
    desk.open(Rule::kept_after_relationship, step, kept, no_service);
  }
}

void note_relationship(Step& step, bool has_ended, Desk& desk) {
  PlaceRow& place = *step.touched[0];
  PlaceRow& entity = *step.touched[1];
  auto& acts_for = desk.change(entity).acts_for;
  std::erase(acts_for, *place.key);
  if (!has_ended) acts_for.push_back(*place.key);
  if (place.value.closed.position == 0) see_relationship(step, place, *entity.key, has_ended, desk);
}

// Its relationships end with it, as an entity and as a provider.
void see_closing(Step& step, Desk& desk) {
  PlaceRow& entity = *step.touched.front();
  for (const PackedProvider provider : entity.value.acts_for) {
    PlaceRow& place = desk.place(provider);
    if (place.value.closed.position == 0) see_relationship(step, place, *entity.key, true, desk);
  }
}

}  // namespace

void see_outsiders(Step& step, Desk& desk, RowBuffer& rows) {
  const auto fact = step.reader.getFact();
  if (fact.isRelationshipStarted() || fact.isRelationshipEnded()) return note_relationship(step, fact.isRelationshipEnded(), desk);
  if (fact.isProviderClosed()) return see_closing(step, desk);
  for (LinkStep& link : step.links) {
    if (!link.started || !link.person->has_home || link.person->home == link.provider) continue;
    desk.add_outsider(link.provider, link.person->home, link.username, rows);
    if (desk.place(link.person->home).value.organization != link.place->value.organization)
      desk.open(Rule::outside_organization, step, link, no_service);
  }
}

}  // namespace muniment::view
