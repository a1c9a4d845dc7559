// Appoint an enrolment officer of the agency: who may do what only the agency does.
//
// Refusals, in this order: who may (authority.h: agency_only). Nothing to record: the officer is one already.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AppointOfficer {
  Username officer;  // Folded like a username, as the actor `officer:NAME` is.

  static Field<AppointOfficer> read(request::Officer::Reader in);
};

Decision decide(const AppointOfficer& appoint, const Request& request, Sight& sight);

}  // namespace muniment
