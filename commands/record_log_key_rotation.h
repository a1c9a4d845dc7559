// What the node says before checkpoints are signed by another key. No command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordLogKeyRotation {
  std::string former;  // Verifier keys.
  std::string current;
  Timestamp both_until;  // The former one signs too until then.
};

// Refuses nothing. Nothing to record: the log knows that the current one is.
Decision decide(const RecordLogKeyRotation& rotation, const Request& request, Sight& sight);

}  // namespace muniment
