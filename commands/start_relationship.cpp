#include "commands/start_relationship.h"

#include "commands/rules.h"

namespace muniment {

Field<StartRelationship> StartRelationship::read(request::Relationship::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  const auto entity = provider_field(in.getEntity(), "entity");
  if (!entity) return std::unexpected(entity.error());
  return StartRelationship{*provider, *entity};
}

Decision decide(const StartRelationship& start, const Request& request, Sight& sight) {
  const auto provider = open_provider(start.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto entity = open_provider(start.entity, sight, "entity");
  if (!entity) return std::unexpected(entity.error());
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (start.provider == start.entity) return refuse(Refusal::same_provider, "entity");
  Decided decided{.authority = *authority};
  if ((*provider)->is_related_to(start.entity)) return decided;

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::RelationshipStarted{start.entity},
                            .streams = {StreamName::provider(start.provider), StreamName::provider(start.entity)},
                            .provider = start.provider});
  return decided;
}

}  // namespace muniment
