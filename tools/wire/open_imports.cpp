#include "tools/wire/open_imports.h"

#include "events/record/event_streams.h"

namespace muniment {

bool OpenImports::contain(schema::Event::Reader event) {
  const Position started = event.getContext().getImportedBy();
  if (started == 0) return false;
  const auto [known, is_new] = known_.try_emplace(started, State::open);
  if (is_new) known->second = state_of(started);
  return known->second == State::open || (known->second == State::abandoned && !event.getFact().isServiceDefined());
}

OpenImports::State OpenImports::state_of(Position started) const {
  State out = State::open;
  const auto look_for_end = [&](Position position, RecordWords words) {
    if (position > last_) return false;
    const RecordReader record(words);
    const auto fact = record.event().getFact();
    if (fact.isImportCompleted()) out = State::complete;
    if (fact.isImportAbandoned()) out = State::abandoned;
    return out == State::open;
  };
  log_.read(0, started, started, [&](Position, RecordWords words) {
    RecordReader record(words);
    log_.read_stream(0, streams_of(record.event()).front().stream, 1, look_for_end);
    return false;
  });
  return out;
}

}  // namespace muniment
