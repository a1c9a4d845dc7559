// What the log itself reads of a record, to check its streams and to index it: nothing else of an event concerns it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "events/log/arena.h"
#include "events/log/keys.h"
#include "events/record/record.h"

namespace muniment {

struct StreamEntry {
  std::string_view key;  // keys.h, put_stream_key
  KeyHash hash;
  Version version;
};

struct Envelope {
  Position position;
  std::int64_t recorded_at_ns;
  std::array<StreamEntry, event_streams_max> stream_entries;
  std::size_t stream_count;
  std::string_view command;  // keys.h, put_command_name; empty unless this is the first event of a command, which has its fingerprint
  KeyHash command_hash;

  std::span<const StreamEntry> streams() const { return {stream_entries.data(), stream_count}; }
};

// Reads envelopes and keeps their texts in an arena until it is cleared. Not thread-safe.
class EnvelopeReader {
 public:
  // Throws BadRecord, naming the field.
  void read(RecordWords record, Envelope& out);
  // What was read before becomes invalid.
  void clear() { arena_.clear(); }

 private:
  void add(schema::StreamKind kind, ByteSpan key, Version version, Envelope& out);

  Arena arena_;
  std::string scratch_;
};

}  // namespace muniment
