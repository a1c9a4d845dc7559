// Accept the current version of the Terms and Conditions: the person does, or a machine reports that the person did. Until then the account
// cannot be used, so that this is the one thing that its person may do.
// Source: both job aids, introduction ("Every user who is assigned a user ID is prompted to agree ...").
//
// Refusals, in this order: who may (actor_unknown, actor_not_usable, not_authorized), username_unavailable, import_in_progress (of the
// account), account_terminated, terms_unknown. Nothing to record: this version is accepted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AcceptTerms {
  Username username;
  std::string_view terms_version;  // Borrowed from the command's message.

  static Field<AcceptTerms> read(request::AcceptTerms::Reader in);
};

Decision decide(const AcceptTerms& accept, const Request& request, Sight& sight);

}  // namespace muniment
