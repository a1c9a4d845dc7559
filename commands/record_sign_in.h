// Record that somebody signed in to an account, or tried to: when, where from and whether it succeeded. What is asked about dormant
// accounts needs it. An attempt on an account that is locked, terminated or unlinked is recorded like any other: it happened.
//
// Refusals, in this order: who may (authority.h: not_authorized), username_unavailable, import_in_progress (of the account), in_the_future.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordSignIn {
  Username username;
  Timestamp at;
  bool success;
  std::string place;  // At most 200 characters; personal. Empty: not said.

  static Field<RecordSignIn> read(request::RecordSignIn::Reader in);
};

Decision decide(const RecordSignIn& sign_in, const Request& request, Sight& sight);

}  // namespace muniment
