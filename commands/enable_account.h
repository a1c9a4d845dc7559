// Enable an account that was disabled.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account),
// account_terminated, reason_required. Nothing to record: it is not disabled.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct EnableAccount {
  Username username;

  static Field<EnableAccount> read(request::Account::Reader in);
};

Decision decide(const EnableAccount& enable, const Request& request, Sight& sight);

}  // namespace muniment
