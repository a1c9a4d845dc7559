#include "commands/close_provider.h"

#include "commands/appoint_delegate.h"
#include "commands/rules.h"

namespace muniment {

Field<CloseProvider> CloseProvider::read(request::AtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  return CloseProvider{*provider};
}

Decision decide(const CloseProvider& close, const Request& request, Sight& sight) {
  const Provider& provider = sight.provider(close.provider);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, "provider");
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  Decided decided{.authority = *authority};
  if (provider.is_closed()) return decided;
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ProviderClosed{},
                            .streams = {StreamName::provider(close.provider)},
                            .provider = close.provider});
  add_end_of_delegate(decided, provider, {}, sight);
  return decided;
}

}  // namespace muniment
