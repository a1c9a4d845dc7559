// Start a relationship between two providers: an entity that acts for a provider, such as a billing entity.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress (of the provider, then of the entity), who may
// (authority.h: agency_only), same_provider. Nothing to record: it has started already.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct StartRelationship {
  ProviderId provider;
  ProviderId entity;  // Acts for the provider.

  static Field<StartRelationship> read(request::Relationship::Reader in);
};

Decision decide(const StartRelationship& start, const Request& request, Sight& sight);

}  // namespace muniment
