#include "commands/record_rotation.h"

namespace muniment {

Decision decide(const RecordRotation& rotation, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  if (sight.agency().epoch() == rotation.current) return decided;
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::EpochRotated{rotation.former, rotation.current},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
