// Reset the password of an account: a one-time credential goes to the caller, once, and to nobody else. The event says that it happened and
// when the credential dies; the verifier is in the vault. A former credential dies with the reset.
// Source: job aid "Update Accounts", "Reset a Subordinate Account Password".
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h), not_on_roster,
// account_terminated. A locked or disabled account can be reset.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct ResetPassword {
  ProviderId provider;
  Username username;

  static Field<ResetPassword> read(request::AccountAtProvider::Reader in);
};

Decision decide(const ResetPassword& reset, const Request& request, Sight& sight);

}  // namespace muniment
