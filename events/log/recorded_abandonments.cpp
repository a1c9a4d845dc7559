#include "events/log/recorded_abandonments.h"

#include <kj/exception.h>

namespace muniment {

AbandonedImports recorded_abandonments(const EventLog& log, Partition partition, Position to) {
  AbandonedImports out;
  log.read_stream(partition, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position position, RecordWords words) {
    if (position > to) return false;
    try {
      const RecordReader record(words);
      out.note(record.event());
    } catch (const BadRecord&) {      // It says nothing of an import, and whoever folds it tells what is wrong.
    } catch (const kj::Exception&) {  // The same.
    }
    return true;
  });
  return out;
}

}  // namespace muniment
