// The first decision of a store: its format, its first enrolment officer and the catalogue that the portal ships with. Made by the node.
// Source: job aid "Update Accounts", the Available Services column.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct InitializeStore {
  std::uint32_t format;
  std::string officer;
  bool neutral_usernames = false;  // Generated usernames carry no letters of the person's name.
};

// Nothing to record where the agency has a history already.
Decision decide(const InitializeStore& initialize, const Request& request, Sight& sight);

}  // namespace muniment
