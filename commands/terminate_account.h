// Terminate an account for good, as for a violation of the Terms and Conditions. After it the account can be removed, and nothing else.
// Source: both job aids, introduction ("... it may be terminated if the user violates the VG Terms and Conditions").
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account), reason_required.
// Nothing to record: it is terminated.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct TerminateAccount {
  Username username;

  static Field<TerminateAccount> read(request::Account::Reader in);
};

Decision decide(const TerminateAccount& terminate, const Request& request, Sight& sight);

}  // namespace muniment
