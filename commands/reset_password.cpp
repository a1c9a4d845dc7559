#include "commands/reset_password.h"

#include <chrono>

#include "commands/rules.h"

namespace muniment {
namespace {

constexpr std::chrono::nanoseconds credential_life = std::chrono::hours{24};

}  // namespace

Field<ResetPassword> ResetPassword::read(request::AccountAtProvider::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  return ResetPassword{*provider, std::move(*username)};
}

Decision decide(const ResetPassword& reset, const Request& request, Sight& sight) {
  const auto provider = open_provider(reset.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const Account* account = sight.account(reset.username);
  const Target target = sight.target(request.actor, account, **provider);
  const auto authority = authority_at(Action::reset_password, request, reset.provider, target, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto link = link_on_roster(account, reset.provider);
  if (!link) return std::unexpected(link.error());
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");

  const Timestamp expires_at{sight.now().ns + credential_life.count()};
  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::PasswordReset{expires_at}, *account, reset.provider, sight));
  add_note(decided.events.back(), request);
  const EventId event = decided.events.back().id;
  Credential credential = sight.vault().make_credential(account->id(), event, expires_at);
  decided.vault.put_credential(account->id(), event, credential);
  if (account->reset().position != 0) decided.vault_after.drop_credential(account->id(), account->reset().event);
  decided.credential = std::move(credential.text);
  return decided;
}

}  // namespace muniment
