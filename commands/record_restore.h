// What the node says once a store or its vault was put back from a backup. No command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordRestore {
  Position head = 0;           // Of the log that was restored; 0: the vault alone was.
  Position former_head = 0;    // That was known to be durable and is lost; 0: none is.
  std::string statement = {};  // What was said to accept that.
  bool vault = false;
  std::uint32_t erasures = 0;  // That the vault did not have.
};

// Refuses nothing.
Decision decide(const RecordRestore& restore, const Request& request, Sight& sight);

}  // namespace muniment
