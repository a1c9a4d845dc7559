#include "commands/place_hold.h"

#include <algorithm>

#include "commands/rules.h"

namespace muniment {

Field<PlaceHold> PlaceHold::read(request::Hold::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto matter = name_field(in.getMatter(), "matter");
  if (!matter) return std::unexpected(matter.error());
  return PlaceHold{std::move(*username), *matter};
}

Decision decide(const PlaceHold& place, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(place.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account* account = agency->account;
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  if (account->is_erased()) return refuse(Refusal::subject_erased, "username");

  Decided decided{.authority = agency->authority};
  if (std::ranges::find(account->holds(), place.matter) != account->holds().end()) return decided;
  decided.events.push_back(account_event(fact::HoldPlaced{place.matter}, *account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
