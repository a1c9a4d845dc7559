#include "commands/dismiss_delegate.h"

#include "commands/appoint_delegate.h"
#include "commands/rules.h"

namespace muniment {

Field<DismissDelegate> DismissDelegate::read(request::AtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  return DismissDelegate{*provider};
}

Decision decide(const DismissDelegate& dismiss, const Request& request, Sight& sight) {
  const auto provider = open_provider(dismiss.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto& delegate = (*provider)->delegate();
  if (!delegate || delegate->until <= sight.now()) return refuse(Refusal::delegate_unknown, "provider");

  Decided decided{.authority = *authority};
  decided.events.push_back(delegate_event(fact::DelegateDismissed{}, *sight.account(delegate->username), dismiss.provider, sight));
  return decided;
}

}  // namespace muniment
