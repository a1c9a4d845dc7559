// Lift the legal hold that was placed on a person for a matter. Those for other matters stand.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account), reason_required,
// hold_unknown.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct LiftHold {
  Username username;
  std::string_view matter;

  static Field<LiftHold> read(request::Hold::Reader in);
};

Decision decide(const LiftHold& lift, const Request& request, Sight& sight);

}  // namespace muniment
