// Whether a command was recorded already: what the log says of it before it is decided, on whichever thread has the time.
#pragma once

#include <optional>
#include <span>

#include "events/log/event_log.h"
#include "events/log/keys.h"

namespace muniment {

struct Submission;

struct CommandLookup {
  KeyHash command;                        // Whose command, and its id.
  Position as_of = 0;                     // True of the log up to here; what was recorded behind it, the decider knows.
  std::optional<Position> recorded = {};  // Where its first event stands.
};

// Asks the log for all of them at once and leaves with each what it says. Thread-safe. Throws what the log throws.
void look_up_commands(const EventLog& log, Partition partition, std::span<Submission> submissions);

}  // namespace muniment
