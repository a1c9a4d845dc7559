#include "commands/record_service_use.h"

#include "commands/rules.h"

namespace muniment {

Field<RecordServiceUse> RecordServiceUse::read(request::RecordServiceUse::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto service = service_field(in.getService());
  if (!service) return std::unexpected(service.error());
  const auto at = time_field(in.getAt(), "at");
  if (!at) return std::unexpected(at.error());
  return RecordServiceUse{*provider, std::move(*username), *service, *at};
}

Decision decide(const RecordServiceUse& use, const Request& request, Sight& sight) {
  const Provider& provider = sight.provider(use.provider);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, "provider");
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");
  const auto authority = authority_at(Action::report_signal, request, use.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto account = existing_account(use.username, sight);
  if (!account) return std::unexpected(account.error());
  if (sight.catalogue().find(use.service) == nullptr) return refuse(Refusal::service_unknown, "service");
  if (use.at > sight.now()) return refuse(Refusal::in_the_future, "at");

  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::ServiceUsed{use.service}, **account, use.provider, sight));
  decided.events.back().occurred_at = use.at;
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
