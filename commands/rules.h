// Steps that several decisions share, each with its refusals.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

// The provider, registered, open and not in the middle of an import. Refusals in that order: provider_unknown, provider_closed,
// import_in_progress.
std::expected<const Provider*, Refused> open_provider(const ProviderId& id, Sight& sight);

// The right by which the actor may act at the provider on the target.
std::expected<schema::Authority, Refused> authority_at(Action action, const Request& request, const ProviderId& provider,
                                                       const Target& target, Sight& sight);
// For what only the agency does.
std::expected<schema::Authority, Refused> agency_authority(const Request& request, Sight& sight);

// The services by these ids. Refusals: no_services_assigned (where `at_least_one`), service_unknown, service_retired (unless held already).
std::expected<ServiceSet, Refused> offered_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight);

// Adds to the target what the change of services means.
void add_change(Target& target, const ServiceSet& granted, const ServiceSet& revoked, Sight& sight);

// Frequent shapes of events.
DecidedEvent account_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight);  // account, provider
DecidedEvent account_event(Fact fact, const Account& account, Sight& sight);                              // account alone
// The note, where there is one, as the personal part.
void add_note(DecidedEvent& event, const Request& request);

}  // namespace muniment
