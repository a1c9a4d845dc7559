// What an import has recorded of providers and people that has not completed: invisible to questions until it has. One that was abandoned
// never does. The services that it defines are everybody's at once.
#pragma once

#include <map>

#include "events/log/event_log.h"

namespace muniment {

// Looks into the log once an import. One thread.
class OpenImports {
 public:
  // Borrows the log.
  explicit OpenImports(const EventLog& log) : log_(log) {}

  // Whether the event is not to be seen: it belongs to an import that has not completed. Precondition: it defines no service.
  bool contain(schema::Event::Reader event);

 private:
  bool has_completed(Position started) const;

  const EventLog& log_;
  std::map<Position, bool> is_complete_;  // By the position of their ImportStarted.
};

}  // namespace muniment
