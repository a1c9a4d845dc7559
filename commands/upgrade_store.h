// Raises the store's format, so that facts of newer kinds may be written. Older programs refuse the store from then on. Made by the node.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct UpgradeStore {
  std::uint32_t to_format;
};

// Nothing to record where the store has that format or a newer one.
Decision decide(const UpgradeStore& upgrade, const Request& request, Sight& sight);

}  // namespace muniment
