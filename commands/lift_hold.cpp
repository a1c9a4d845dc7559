#include "commands/lift_hold.h"

#include <algorithm>

#include "commands/rules.h"

namespace muniment {

Field<LiftHold> LiftHold::read(request::Hold::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto matter = name_field(in.getMatter(), "matter");
  if (!matter) return std::unexpected(matter.error());
  return LiftHold{std::move(*username), *matter};
}

Decision decide(const LiftHold& lift, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(lift.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account* account = agency->account;
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  if (std::ranges::find(account->holds(), lift.matter) == account->holds().end()) return refuse(Refusal::hold_unknown, "matter");

  Decided decided{.authority = agency->authority};
  decided.events.push_back(account_event(fact::HoldLifted{lift.matter}, *account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
