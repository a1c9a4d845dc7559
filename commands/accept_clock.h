// Take the node's clock as it stands after a step, so that commands are recorded again. Said by an officer, or by the node for an operator
// of the machine, whom `requested_by` names.
//
// Refusals, in this order: who may (authority.h: agency_only).
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AcceptClock {
  Timestamp clock;     // What it said when it was accepted.
  Timestamp expected;  // What it would have said without the step; after a restart, when the last event was recorded.
};

Decision decide(const AcceptClock& accept, const Request& request, Sight& sight);

}  // namespace muniment
