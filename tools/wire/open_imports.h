// What an import has recorded that has not completed: invisible to questions until it has. One that was abandoned never does; of it the
// services count that it defined, from then on.
#pragma once

#include <limits>
#include <map>

#include "events/log/event_log.h"

namespace muniment {

// Looks into the log once an import. One thread.
class OpenImports {
 public:
  // Borrows the log. `last`: what is recorded later is not known.
  explicit OpenImports(const EventLog& log, Position last = std::numeric_limits<Position>::max()) : log_(log), last_(last) {}

  // Whether the event is not to be seen: it belongs to an import that has not completed by then.
  bool contain(schema::Event::Reader event);

 private:
  enum class State { open, complete, abandoned };
  State state_of(Position started) const;

  const EventLog& log_;
  const Position last_;
  std::map<Position, State> known_;  // By the position of their ImportStarted.
};

}  // namespace muniment
