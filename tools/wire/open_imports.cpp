#include "tools/wire/open_imports.h"

#include "events/record/event_streams.h"

namespace muniment {

bool OpenImports::contain(schema::Event::Reader event) {
  const Position started = event.getContext().getImportedBy();
  if (started == 0) return false;
  const auto [known, is_new] = known_.try_emplace(started, false);
  if (is_new) known->second = is_open(started);
  return known->second;
}

bool OpenImports::is_open(Position started) const {
  bool has_completed = false;
  const auto look_for_end = [&](Position position, RecordWords words) {
    if (position > last_) return false;
    RecordReader record(words);
    has_completed = record.event().getFact().isImportCompleted();
    return !has_completed;
  };
  log_.read(0, started, started, [&](Position, RecordWords words) {
    RecordReader record(words);
    log_.read_stream(0, streams_of(record.event()).front().stream, 1, look_for_end);
    return false;
  });
  return !has_completed;
}

}  // namespace muniment
