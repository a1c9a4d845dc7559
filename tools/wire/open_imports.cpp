#include "tools/wire/open_imports.h"

#include "events/record/event_streams.h"

namespace muniment {

bool OpenImports::contain(schema::Event::Reader event) {
  const Position started = event.getContext().getImportedBy();
  if (started == 0) return false;
  const auto [known, is_new] = is_complete_.try_emplace(started, false);
  if (is_new) known->second = has_completed(started);
  return !known->second;
}

bool OpenImports::has_completed(Position started) const {
  bool out = false;
  const auto look_for_end = [&](Position, RecordWords words) {
    const RecordReader record(words);
    out = record.event().getFact().isImportCompleted();
    return !out;
  };
  log_.read(0, started, started, [&](Position, RecordWords words) {
    RecordReader record(words);
    log_.read_stream(0, streams_of(record.event()).front().stream, 1, look_for_end);
    return false;
  });
  return out;
}

}  // namespace muniment
