#include "commands/record_log_key_rotation.h"

namespace muniment {

Decision decide(const RecordLogKeyRotation& rotation, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  if (sight.agency().log_key() == rotation.current) return decided;
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::LogKeyRotated{rotation.former, rotation.current, rotation.both_until},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
