// Steps that several decisions share, each with its refusals.
#pragma once

#include <span>
#include <vector>

#include "commands/arriving.h"
#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

// The provider that the field names, registered, open and not in the middle of an import. Refusals in that order: provider_unknown,
// provider_closed, import_in_progress.
std::expected<const Provider*, Refused> open_provider(const ProviderId& id, Sight& sight, std::string_view field = "provider");

// The right by which the actor may act on the target at the provider, or anywhere for what is done at none. Refusals: actor_unknown,
// actor_not_usable, then those of authority.h.
std::expected<schema::Authority, Refused> authority_at(Action action, const Request& request, const std::optional<ProviderId>& provider,
                                                       const Target& target, Sight& sight);
// For what only the agency does.
std::expected<schema::Authority, Refused> agency_authority(const Request& request, Sight& sight);

// What the agency does to an account as such. Refusals: those of agency_authority, username_unavailable, import_in_progress.
struct AgencyOnAccount {
  const Account* account;
  schema::Authority authority;
};
std::expected<AgencyOnAccount, Refused> agency_on_account(const Username& username, const Request& request, Sight& sight);

// Whoever has the name, a terminated account too. Refusals: username_unavailable; import_in_progress, for an account that an import has
// made which has not completed.
std::expected<const Account*, Refused> existing_account(const Username& username, Sight& sight);
// The account's link at the provider. Refusal: not_on_roster, for a name that nobody has (null) too.
std::expected<const Account::Link*, Refused> link_on_roster(const Account* account, const ProviderId& provider);
// Whether the account is unlinked once its link at the provider ends, where those at `ended` end before it in the same decision.
bool is_last_link(const Account& account, const ProviderId& provider, Sight& sight, std::span<const ProviderId> ended = {});

// What stands against assigning the services by these ids: no_services_assigned (where `at_least_one`), service_unknown, service_retired
// (unless held already).
std::optional<Refused> problem_with_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight);
// The services by these ids, refused as problem_with_services says.
std::expected<ServiceSet, Refused> offered_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight);

// What of an Assigned column would change.
struct ServiceChange {
  ServiceSet granted;
  ServiceSet revoked;
  bool empty() const { return granted.empty() && revoked.empty(); }
};
// From what the account holds at the provider (nothing, where it is null or not linked) to what is wanted. Refuses nothing, so that it can
// be asked before authority: an id that is not in the catalogue is left out, and offered_services refuses it later.
ServiceChange service_change(const Account* account, const ProviderId& provider, const ServiceList& wanted, Sight& sight);
// Adds to the target what the change means.
void add_change(Target& target, const ServiceChange& change, Sight& sight);

// Frequent shapes of events.
DecidedEvent account_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight);  // account, provider
DecidedEvent account_event(Fact fact, const Account& account, Sight& sight);                              // account alone
// What ends the account's link at the provider: the removal, and before it, where more is held than one event has room for, what takes the
// rest away. The account is unlinked by it where it `is_last`. Never none.
std::vector<DecidedEvent> end_of_link(const Account& account, const Account::Link& link, bool is_last, Sight& sight);
// Adds the note, where there is one, to the personal part.
void add_note(DecidedEvent& event, const Request& request);

}  // namespace muniment
