// Lock an account, as for a suspected misuse: it cannot be used until it is unlocked. What it holds stays held.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account),
// account_terminated, reason_required. Nothing to record: it is locked.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct LockAccount {
  Username username;

  static Field<LockAccount> read(request::Account::Reader in);
};

Decision decide(const LockAccount& lock, const Request& request, Sight& sight);

}  // namespace muniment
