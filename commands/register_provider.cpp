#include "commands/register_provider.h"

#include "commands/rules.h"

namespace muniment {
namespace {

constexpr std::size_t provider_name_max = 200;

bool has_these_particulars(const Provider& provider, const RegisterProvider& registration) {
  return provider.kind() == registration.kind && provider.organization() == registration.organization &&
         provider.name() == registration.name;
}

}  // namespace

Field<RegisterProvider> RegisterProvider::read(request::RegisterProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto organization = text_field(in.getOrganization(), "organization", provider_name_max);
  if (!organization) return std::unexpected(organization.error());
  auto name = text_field(in.getName(), "name", provider_name_max);
  if (!name) return std::unexpected(name.error());
  if (in.getKind() > schema::ProviderKind::BILLING_ENTITY)  // Out of a message, which holds any number there.
    return std::unexpected(Malformed{"kind", "provider, relationship_entity or billing_entity"});
  return RegisterProvider{*provider, in.getKind(), std::move(*organization), std::move(*name)};
}

Decision decide(const RegisterProvider& registration, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  const Provider& provider = sight.provider(registration.provider);
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");
  if (provider.is_closed()) return refuse(Refusal::provider_closed, "provider");
  Decided decided{.authority = *authority};
  if (provider.is_registered()) {
    if (!has_these_particulars(provider, registration)) return refuse(Refusal::provider_already_registered, "provider");
    return decided;
  }

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ProviderRegistered{registration.kind, registration.organization, registration.name},
                            .streams = {StreamName::provider(registration.provider)},
                            .provider = registration.provider});
  return decided;
}

}  // namespace muniment
