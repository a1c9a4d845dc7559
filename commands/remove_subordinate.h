// Remove a subordinate account from this provider. What it held here ends in the same event; links elsewhere stay. After the last one the
// account is unlinked: it cannot sign in, and its name stays reserved.
// Source: job aid "Update Accounts", "Remove a Subordinate Account from a Provider".
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h), not_on_roster. A terminated
// account can be removed.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RemoveSubordinate {
  ProviderId provider;
  Username username;

  static Field<RemoveSubordinate> read(request::AccountAtProvider::Reader in);
};

Decision decide(const RemoveSubordinate& remove, const Request& request, Sight& sight);

}  // namespace muniment
