// What differs between a portal's roster and the record, as commands that report it. docs/cli.md, "reconcile".
#pragma once

#include <string>
#include <vector>

#include "events/record/position.h"
#include "events/values/timestamp.h"

namespace muniment {

struct RosterDifference {
  std::string username;
  std::string service;
  Position grant = 0;  // Of what is recorded and not held; 0: it is held and not recorded.
};

struct Reconciliation {
  std::string provider;
  Timestamp as_of;
  std::string roster_digest;
  std::string actor;                          // Principal::text(); empty: whoever carries the commands says who it is.
  std::vector<RosterDifference> differences;  // In any order.
};

// Commands as `submit` takes them: one, or as many as one has no room for, each with whole people. The same reconciliation gives the same
// command ids, so that it can be reported again. One person of whom a command has no room makes one that is malformed.
std::vector<std::string> reconciliation_commands(Reconciliation reconciliation);

}  // namespace muniment
