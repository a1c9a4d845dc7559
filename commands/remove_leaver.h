// Remove a person who was reported as having left from every provider where the actor may remove them: an event a provider, all of them or
// none. Links that others administer stay; they are theirs to end. The receipt says how long it took at each.
//
// Refusals, in this order: actor_unknown, actor_not_usable, not_on_roster (there is no link that the actor may end; a name that nobody has
// is answered the same), departure_unknown.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RemoveLeaver {
  Username username;

  static Field<RemoveLeaver> read(request::Account::Reader in);
};

Decision decide(const RemoveLeaver& remove, const Request& request, Sight& sight);

}  // namespace muniment
