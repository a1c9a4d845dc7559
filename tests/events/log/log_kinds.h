// Which implementations of an event log a test program has: each defines log_kinds() for itself.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {

struct LogKind {
  std::string name;
  // An empty log of partition 0, whose files are in the folder. Null: it cannot be had here.
  std::function<std::unique_ptr<EventLog>(const TempFolder&)> make;
  std::string left_out = {};  // Then what a test that is skipped says.

  friend void PrintTo(const LogKind& kind, std::ostream* out) { *out << kind.name; }
};

std::vector<LogKind> log_kinds();

}  // namespace muniment
