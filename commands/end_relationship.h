// End the relationship between a provider and an entity that acts for it, such as a billing entity.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress (of the provider, then of the entity), who may
// (authority.h: agency_only), same_provider, relationship_unknown.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct EndRelationship {
  ProviderId provider;
  ProviderId entity;  // Acts for the provider.

  static Field<EndRelationship> read(request::Relationship::Reader in);
};

Decision decide(const EndRelationship& end, const Request& request, Sight& sight);

}  // namespace muniment
