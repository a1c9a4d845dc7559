#include "commands/assign_services.h"

#include "commands/rules.h"

namespace muniment {

Field<AssignServices> AssignServices::read(request::ServicesAtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(services.error());
  return AssignServices{*provider, std::move(*username), std::move(*services)};
}

Decision decide(const AssignServices& assign, const Request& request, Sight& sight) {
  const auto provider = open_provider(assign.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const Account* account = sight.account(assign.username);
  const ServiceChange change = service_change(account, assign.provider, assign.services, sight);
  Target target = sight.target(request.actor, account, **provider);
  add_change(target, change, sight);
  const auto authority = authority_at(Action::assign, request, assign.provider, target, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto link = link_on_roster(account, assign.provider);
  if (!link) return std::unexpected(link.error());
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");
  if (auto problem = problem_with_services(assign.services, (*link)->services, false, sight)) return std::unexpected(std::move(*problem));

  Decided decided{.authority = *authority};
  if (change.empty()) return decided;
  decided.events.push_back(
      account_event(fact::ServicesAssigned{change.granted.texts(sight.service_names()), change.revoked.texts(sight.service_names())},
                    *account, assign.provider, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
