// Unlock an account that was locked.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account),
// account_terminated, reason_required. Nothing to record: it is not locked.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct UnlockAccount {
  Username username;

  static Field<UnlockAccount> read(request::Account::Reader in);
};

Decision decide(const UnlockAccount& unlock, const Request& request, Sight& sight);

}  // namespace muniment
