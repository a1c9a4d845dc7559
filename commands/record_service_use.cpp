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
  const auto provider = open_provider(use.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = authority_at(Action::report_signal, request, use.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const Account* account = sight.account(use.username);
  const auto link = link_on_roster(account, use.provider);
  if (!link) return std::unexpected(link.error());
  if (!sight.holds(**link, use.service)) return refuse(Refusal::link_unknown, "service");
  if (use.at > sight.now()) return refuse(Refusal::in_the_future, "at");

  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::ServiceUsed{use.service}, *account, use.provider, sight));
  decided.events.back().occurred_at = use.at;
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
