#include "commands/terminate_account.h"

#include "commands/rules.h"

namespace muniment {

Field<TerminateAccount> TerminateAccount::read(request::Account::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  return TerminateAccount{std::move(*username)};
}

Decision decide(const TerminateAccount& terminate, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(terminate.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account* account = agency->account;
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = agency->authority};
  if (account->is_terminated()) return decided;
  decided.events.push_back(account_event(fact::AccountTerminated{}, *account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
