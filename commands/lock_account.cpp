#include "commands/lock_account.h"

#include "commands/rules.h"

namespace muniment {

Field<LockAccount> LockAccount::read(request::Account::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  return LockAccount{std::move(*username)};
}

Decision decide(const LockAccount& lock, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(lock.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account* account = agency->account;
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = agency->authority};
  if (account->is_locked()) return decided;
  decided.events.push_back(account_event(fact::AccountLocked{}, *account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
