#include "commands/unlock_account.h"

#include "commands/rules.h"

namespace muniment {

Field<UnlockAccount> UnlockAccount::read(request::Account::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  return UnlockAccount{std::move(*username)};
}

Decision decide(const UnlockAccount& unlock, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(unlock.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account* account = agency->account;
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = agency->authority};
  if (!account->is_locked()) return decided;
  decided.events.push_back(account_event(fact::AccountUnlocked{}, *account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
