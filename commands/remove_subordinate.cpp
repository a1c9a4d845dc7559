#include "commands/remove_subordinate.h"

#include "commands/rules.h"

namespace muniment {

Field<RemoveSubordinate> RemoveSubordinate::read(request::AccountAtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  return RemoveSubordinate{*provider, std::move(*username)};
}

Decision decide(const RemoveSubordinate& remove, const Request& request, Sight& sight) {
  const auto provider = open_provider(remove.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const Account* account = sight.account(remove.username);
  const Target target = sight.target(request.actor, account, **provider);
  const auto authority = authority_at(Action::remove, request, remove.provider, target, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto link = link_on_roster(account, remove.provider);
  if (!link) return std::unexpected(link.error());

  Decided decided{.authority = *authority};
  decided.events = end_of_link(*account, **link, is_last_link(*account, remove.provider, sight), sight);
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
