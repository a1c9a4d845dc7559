#include "commands/rules.h"

namespace muniment {

std::expected<const Provider*, Refused> open_provider(const ProviderId& id, Sight& sight) {
  const Provider& provider = sight.provider(id);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, "provider");
  if (provider.is_closed()) return refuse(Refusal::provider_closed, "provider");
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");
  return &provider;
}

std::expected<schema::Authority, Refused> authority_at(Action action, const Request& request, const ProviderId& provider,
                                                       const Target& target, Sight& sight) {
  const auto role = sight.role_of(request.actor, provider);
  if (!role) return refuse(role.error(), "actor");
  const auto authority = authorize(action, *role, target);
  if (!authority) return refuse(authority.error());
  return *authority;
}

std::expected<schema::Authority, Refused> agency_authority(const Request& request, Sight& sight) {
  const auto role = sight.role_of(request.actor, std::nullopt);
  if (!role) return refuse(role.error(), "actor");
  const auto authority = authorize(Action::agency, *role, {});
  if (!authority) return refuse(authority.error());
  return *authority;
}

std::expected<ServiceSet, Refused> offered_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight) {
  if (at_least_one && ids.empty()) return refuse(Refusal::no_services_assigned, "services");
  ServiceSet out;
  for (const std::string_view id : ids) {
    const Service* service = sight.catalogue().find(id);
    if (service == nullptr) return refuse(Refusal::service_unknown, "services");
    if (service->retired && !held.contains(service->id)) return refuse(Refusal::service_retired, "services");
    out.insert(service->id);
  }
  return out;
}

void add_change(Target& target, const ServiceSet& granted, const ServiceSet& revoked, Sight& sight) {
  target.services_change = !granted.empty() || !revoked.empty();
  target.administrator_service_granted = sight.catalogue().has_administrator_service(granted);
  target.administrator_service_revoked = sight.catalogue().has_administrator_service(revoked);
}

DecidedEvent account_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight) {
  return {.id = sight.next_event_id(),
          .fact = std::move(fact),
          .streams = {StreamName::account(account.id()), StreamName::provider(provider)},
          .provider = provider,
          .username = account.username()};
}

DecidedEvent account_event(Fact fact, const Account& account, Sight& sight) {
  return {.id = sight.next_event_id(),
          .fact = std::move(fact),
          .streams = {StreamName::account(account.id())},
          .provider = {},
          .username = account.username()};
}

void add_note(DecidedEvent& event, const Request& request) {
  if (!request.note.empty()) event.personal = Personal{{}, request.note, {}};
}

}  // namespace muniment
