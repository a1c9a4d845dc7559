// What the log says of the keys that it signs with: facts of the agency's stream, each naming the key before it and its own.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "events/log/event_log.h"
#include "events/proof/key_chain.h"
#include "events/record/record.h"

namespace muniment {

struct LogKeyRotation {
  Position position = 0;
  VerifierKey former;
  VerifierKey current;
  Timestamp both_until;  // Until then the former key signs too, and at least the checkpoint of this position.

  bool operator==(const LogKeyRotation&) const = default;
};

// Nothing where the record is of another fact. Throws LogDamaged where it names no keys.
std::optional<LogKeyRotation> log_key_rotation_of(schema::Event::Reader event);
// All of a log, in order. Throws what the log throws, and the same.
std::vector<LogKeyRotation> log_key_rotations(const EventLog& log);

struct RecordedLogKeys {
  KeyChain chain;                         // Of the keys that are in use.
  std::optional<LogKeyRotation> pending;  // Recorded, and its key not in use yet.
};

// What a log records, held against the keys that are known beside it, newest first. Throws LogDamaged where that list has a key that the
// log does not record, or misses more than the last one.
RecordedLogKeys recorded_log_keys(std::span<const LogKeyRotation> recorded, std::span<const VerifierKey> listed);

}  // namespace muniment
