// What an import has recorded that has not completed: invisible to questions until it has.
#pragma once

#include <map>

#include "events/log/event_log.h"

namespace muniment {

// Looks into the log once an import. One thread.
class OpenImports {
 public:
  // Borrows the log.
  explicit OpenImports(const EventLog& log) : log_(log) {}

  // Whether the event belongs to an import that has not completed.
  bool contain(schema::Event::Reader event);

 private:
  bool is_open(Position started) const;

  const EventLog& log_;
  std::map<Position, bool> known_;  // By the position of their ImportStarted.
};

}  // namespace muniment
