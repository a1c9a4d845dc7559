#include "commands/end_relationship.h"

#include "commands/rules.h"

namespace muniment {

Field<EndRelationship> EndRelationship::read(request::Relationship::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  const auto entity = provider_field(in.getEntity(), "entity");
  if (!entity) return std::unexpected(entity.error());
  return EndRelationship{*provider, *entity};
}

Decision decide(const EndRelationship& end, const Request& request, Sight& sight) {
  const auto provider = open_provider(end.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto entity = open_provider(end.entity, sight, "entity");
  if (!entity) return std::unexpected(entity.error());
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (end.provider == end.entity) return refuse(Refusal::same_provider, "entity");
  if (!(*provider)->is_related_to(end.entity)) return refuse(Refusal::relationship_unknown, "entity");

  Decided decided{.authority = *authority};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::RelationshipEnded{end.entity},
                            .streams = {StreamName::provider(end.provider), StreamName::provider(end.entity)},
                            .provider = end.provider});
  return decided;
}

}  // namespace muniment
