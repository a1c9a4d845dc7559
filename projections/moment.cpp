#include "projections/moment.h"

#include "events/values/assert.h"

namespace muniment {

Timestamp recorded_time(const EventLog& log, Partition partition, Position position) {
  if (position == 0) return {};
  std::optional<Timestamp> found;
  log.read(partition, position, position, [&](Position, RecordWords words) {
    found = recorded_at(RecordReader{words}.event());
    return false;
  });
  MUNIMENT_ASSERT(found.has_value());  // Positions are gapless, and this one is not beyond the head.
  return *found;
}

Position position_as_of(const EventLog& log, Partition partition, Timestamp recorded_at) {
  Position known = 0;
  Position later = log.head(partition).position + 1;  // Times never go back, so the answer lies in [known, later).
  while (later - known > 1) {
    const Position middle = known + (later - known) / 2;
    (recorded_time(log, partition, middle) <= recorded_at ? known : later) = middle;
  }
  return known;
}

}  // namespace muniment
