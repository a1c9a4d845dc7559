#include "commands/link_subordinate.h"

#include "commands/rules.h"

namespace muniment {

Field<LinkSubordinate> LinkSubordinate::read(request::ServicesAtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(services.error());
  return LinkSubordinate{*provider, std::move(*username), std::move(*services)};
}

Decision decide(const LinkSubordinate& link, const Request& request, Sight& sight) {
  const auto provider = open_provider(link.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const Account* account = sight.account(link.username);
  const auto authority = authority_at(Action::link, request, link.provider, sight.target(request.actor, account, **provider), sight);
  if (!authority) return std::unexpected(authority.error());
  if (account == nullptr || account->is_terminated()) return refuse(Refusal::username_unavailable, "username");
  if (is_arriving(*account, sight)) {
    const bool may_know = *authority == schema::Authority::OFFICER;
    return refuse(may_know ? Refusal::import_in_progress : Refusal::username_unavailable, "username");
  }
  if (account->is_erased()) return refuse(Refusal::subject_erased, "username");
  if (account->link(link.provider) != nullptr) return refuse(Refusal::already_linked, "username");
  const auto services = offered_services(link.services, {}, true, sight);
  if (!services) return std::unexpected(services.error());

  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::SubordinateLinked{services->texts(sight.service_names())}, *account, link.provider, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
