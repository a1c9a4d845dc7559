// What the node says once the vault is under another epoch key and the former one is destroyed. No command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordRotation {
  std::string former;  // Ids of the keys, in hexadecimal.
  std::string current;
};

// Refuses nothing. Nothing to record: the log knows that the current one is.
Decision decide(const RecordRotation& rotation, const Request& request, Sight& sight);

}  // namespace muniment
