#include "commands/record_archive.h"

namespace muniment {

Decision decide(const RecordArchive& archive, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::LogArchived{archive.from, archive.to, archive.checkpoint_size, archive.checkpoint_root},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
