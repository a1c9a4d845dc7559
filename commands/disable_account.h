// Disable an account that is dormant: it cannot be used until it is enabled. What it holds stays held.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account),
// account_terminated, reason_required. Nothing to record: it is disabled.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DisableAccount {
  Username username;

  static Field<DisableAccount> read(request::Account::Reader in);
};

Decision decide(const DisableAccount& disable, const Request& request, Sight& sight);

}  // namespace muniment
