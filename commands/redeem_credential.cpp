#include "commands/redeem_credential.h"

#include "commands/rules.h"

namespace muniment {
namespace {

constexpr std::size_t typed_max = 64;

}  // namespace

Field<RedeemCredential> RedeemCredential::read(request::RedeemCredential::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const std::string_view typed = text_of(in.getCredential());
  if (typed.empty() || typed.size() > typed_max)
    return std::unexpected(Malformed{"credential", "the credential that the reset returned, 20 letters and digits"});
  return RedeemCredential{std::move(*username), typed};
}

Decision decide(const RedeemCredential& redeem, const Request& request, Sight& sight) {
  const auto authority = authority_at(Action::redeem, request, std::nullopt, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const Account* account = sight.account(redeem.username);
  if (account == nullptr || account->reset().position == 0 || account->reset().redeemed)
    return refuse(Refusal::credential_invalid, "credential");
  const Account::Reset& reset = account->reset();
  switch (sight.vault().check_credential(account->id(), reset.event, redeem.credential, sight.now())) {
    case CredentialCheck::valid:
      break;
    case CredentialCheck::expired:
      return refuse(Refusal::credential_expired, "credential");
    case CredentialCheck::wrong:
    case CredentialCheck::unknown:
      return refuse(Refusal::credential_invalid, "credential");
  }
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");

  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::CredentialRedeemed{reset.position}, *account, sight));
  add_note(decided.events.back(), request);
  decided.vault_after.drop_credential(account->id(), reset.event);
  return decided;
}

}  // namespace muniment
