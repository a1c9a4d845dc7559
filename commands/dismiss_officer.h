// Dismiss an enrolment officer of the agency. There is always at least one, because only an officer appoints another.
//
// Refusals, in this order: who may (authority.h: agency_only), officer_unknown, last_officer.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DismissOfficer {
  Username officer;  // Folded like a username, as the actor `officer:NAME` is.

  static Field<DismissOfficer> read(request::Officer::Reader in);
};

Decision decide(const DismissOfficer& dismiss, const Request& request, Sight& sight);

}  // namespace muniment
