// Remove a person who was reported as having left from every provider that they left and where the actor may remove them: an event a
// provider, caused by the report, all of them or none. Links that others administer stay; they are theirs to end. The receipt says how long
// it took at each, and a repeat says so again.
//
// Refusals, in this order: actor_unknown, actor_not_usable, not_on_roster (there is no link that the actor may end; a name that nobody has
// is answered the same), departure_unknown.
#pragma once

#include <span>

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RemoveLeaver {
  Username username;

  static Field<RemoveLeaver> read(request::Account::Reader in);
};

Decision decide(const RemoveLeaver& remove, const Request& request, Sight& sight);

// How long removal took at each of the providers; `now` where the person is linked there still. Nothing of a departure that is no more.
std::string removal_receipt(const Account& account, std::span<const ProviderId> providers, Timestamp now);

}  // namespace muniment
