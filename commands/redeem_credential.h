// Redeem the one-time credential of the latest reset, for the identity provider that sets the new password. It works once.
//
// Refusals, in this order: who may (authority.h: not_authorized), credential_invalid (wrong, redeemed, none issued, or no such account),
// credential_expired, account_terminated.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RedeemCredential {
  Username username;
  std::string_view credential;  // As typed. Borrowed from the command's message.

  static Field<RedeemCredential> read(request::RedeemCredential::Reader in);
};

Decision decide(const RedeemCredential& redeem, const Request& request, Sight& sight);

}  // namespace muniment
