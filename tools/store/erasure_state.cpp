#include "tools/store/erasure_state.h"

#include "tools/store/epoch_rotation.h"

namespace muniment {
namespace {

// Where the present epoch's beginning is recorded.
Position epoch_began_at(const EventLog& log) {
  Position out = 0;
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position position, RecordWords words) {
    RecordReader record(words);
    if (record.event().getFact().isEpochRotated()) out = position;
    return true;
  });
  return out;
}

// Of the erasure of this number.
EventId erasure_event(const EventLog& log, Version number) {
  EventId out;
  log.read_stream(0, StreamName::single(schema::StreamKind::ERASURES), number, [&](Position, RecordWords words) {
    RecordReader record(words);
    out = event_id_of(record.event());
    return false;
  });
  return out;
}

}  // namespace

std::uint64_t erasures_carried_out(const EventLog& log, const ErasuresDone& done) {
  if (done.count == 0 || done.count > log.stream_version(0, StreamName::single(schema::StreamKind::ERASURES))) return 0;
  return erasure_event(log, done.count) == done.last ? done.count : 0;
}

ErasureState erasure_state(Store& store) {
  const EventLog& log = store.log();
  const StreamName erasures = StreamName::single(schema::StreamKind::ERASURES);
  ErasureState out{.recorded = log.stream_version(0, erasures), .pending = {}, .complete_by = epoch_ends_at(log)};
  if (!store.vault().is_lost()) out.pending = out.recorded - erasures_carried_out(log, store.vault().erasures_done());
  const Position began = epoch_began_at(log);
  log.read_stream(0, erasures, 1, [&](Position position, RecordWords) {
    if (position > began) ++out.incomplete;
    return true;
  });
  return out;
}

}  // namespace muniment
