#include "events/log/event_log.h"

namespace muniment {

void EventLog::read(Partition partition, Position from, Position to, const RecordVisitor& visit) const {
  read_runs(partition, from, to, [&](Position position, std::span<const RecordWords> records) {
    for (const RecordWords record : records) {
      if (!visit(position++, record)) return false;
    }
    return true;
  });
}

std::optional<Position> EventLog::find_command(Partition partition, const Principal& principal, std::string_view command_id) const {
  const CommandName name{principal.kind, principal.name, command_id};
  std::optional<Position> found;
  find_commands(partition, {&name, 1}, {&found, 1});
  return found;
}

}  // namespace muniment
