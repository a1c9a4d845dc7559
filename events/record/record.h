// A record: the exact bytes of one event, and nothing else. They are hashed, stored, exported and verified as they are, never re-encoded.
// Format (docs/formats.md, "Record"; it is on disk, do not change it): one Cap'n Proto message in the standard framing with one segment;
// a multiple of 8 bytes, at most 65,528.
#pragma once

#include <capnp/serialize.h>

#include <span>
#include <stdexcept>
#include <string>

#include "events/record/position.h"
#include "events/record/stream_name.h"
#include "events/schema/event.capnp.h"
#include "events/values/bytes.h"
#include "events/values/timestamp.h"

namespace muniment {

constexpr std::size_t record_bytes_max = 65'528;
// Streams that one event belongs to.
constexpr std::size_t event_streams_max = 4;

// 8-byte aligned, owned by somebody else.
using RecordWords = std::span<const capnp::word>;

inline ByteSpan bytes_of(RecordWords record) { return {reinterpret_cast<const Byte*>(record.data()), record.size_bytes()}; }

// Bytes that should be a record and are not: a damaged store, or a foreign file.
class BadRecord : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads a record in place; the words must outlive it. Bounds are checked at every access, so hostile bytes end in an exception.
// The constructor throws BadRecord when the framing is not that of a record.
class RecordReader {
 public:
  explicit RecordReader(RecordWords record);
  schema::Event::Reader event() { return event_; }

 private:
  capnp::FlatArrayMessageReader message_;
  schema::Event::Reader event_;
};

// What every event has, checked once: the schema cannot say that an id has 16 bytes or that there are one to four streams.
// Throws BadRecord, naming the field.
void check_envelope(schema::Event::Reader event);

// The streams that an event belongs to, with its version in each. Precondition: check_envelope passed.
StreamVersion stream_version_of(schema::StreamVersion::Reader reader);

inline std::string_view text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
inline ByteSpan bytes_of(capnp::Data::Reader data) { return {data.begin(), data.size()}; }
inline Timestamp recorded_at(schema::Event::Reader event) { return Timestamp{event.getRecordedAt()}; }
inline Timestamp occurred_at(schema::Event::Reader event) { return Timestamp{event.getOccurredAt()}; }

}  // namespace muniment
