// The moment that a question is about. Every answer is the fold, in the order they were recorded, of the events that were known at
// `position` and had taken effect by `at`; events of an import count from the position on where the import completed.
#pragma once

#include <optional>

#include "events/log/event_log.h"
#include "events/values/timestamp.h"

namespace muniment {

struct Moment {
  std::optional<Timestamp> at{};       // Effective time; what took effect at this very moment is included. Nothing: whatever is recorded.
  std::optional<Position> position{};  // As it was known then. Nothing, or beyond the projection's own position: that position.

  bool operator==(const Moment&) const = default;
};

// When the event at this position was recorded; the beginning of time for 0. Precondition: the log has reached it.
Timestamp recorded_time(const EventLog& log, Partition partition, Position position);

// The last position recorded at or before `recorded_at`, 0 if there is none: "as it was known at that time". Reads some twenty records.
Position position_as_of(const EventLog& log, Partition partition, Timestamp recorded_at);

}  // namespace muniment
