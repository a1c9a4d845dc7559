// What an import has recorded that has not completed: invisible to questions until it has.
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

  // Whether the event belongs to an import that has not completed by then.
  bool contain(schema::Event::Reader event);

 private:
  bool is_open(Position started) const;

  const EventLog& log_;
  const Position last_;
  std::map<Position, bool> known_;  // By the position of their ImportStarted.
};

}  // namespace muniment
