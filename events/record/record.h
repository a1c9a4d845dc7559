// A record: the exact bytes of one event, and nothing else. They are hashed, stored, exported and verified as they are, never re-encoded.
// Format (docs/formats.md, "Record"; it is on disk, do not change it): one Cap'n Proto message in the standard framing with one segment;
// a multiple of 8 bytes, at most 65,528.
#pragma once

#include <capnp/message.h>

#include <array>
#include <bit>
#include <optional>
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

// Reads a record in place; the words must outlive it. Takes any bytes: the constructor throws BadRecord when the framing is not that of a
// record or a pointer leads out of it (pointers.h), and reading what is of another type than the schema says throws kj::Exception.
class RecordReader {
 public:
  explicit RecordReader(RecordWords record);
  // One that this program has just encoded, and nobody had in hand since: without those checks.
  static RecordReader just_encoded(RecordWords record) {
    return RecordReader(capnp::readMessageUnchecked<schema::Event>(record.subspan(1).data()));
  }
  schema::Event::Reader event() const { return event_; }

 private:
  explicit RecordReader(schema::Event::Reader event) : event_(event) {}

  schema::Event::Reader event_;
};

// What every event has, checked once: the schema cannot say that an account's version goes with an account, or that there are one to four
// streams. Throws BadRecord, naming the field.
void check_envelope(schema::Event::Reader event);

inline capnp::Text::Reader reader_of(const std::string& text) { return {text.c_str(), text.size()}; }
inline std::string_view text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
inline ByteSpan bytes_of(capnp::Data::Reader data) { return {data.begin(), data.size()}; }
inline Timestamp recorded_at(schema::Event::Reader event) { return Timestamp{event.getRecordedAt()}; }
inline Timestamp occurred_at(schema::Event::Reader event) { return Timestamp{event.getOccurredAt()}; }

inline EventId event_id_of(schema::Event::Reader event) {
  return EventId::from_words(event.getEventId().getFirst(), event.getEventId().getLast());
}
// The account that the event is about and whose key seals its personal part. Zero: none.
inline AccountId account_id_of(schema::Event::Reader event) {
  return AccountId::from_words(event.getAccount().getFirst(), event.getAccount().getLast());
}
inline bool has_account(schema::Event::Reader event) { return event.getAccountVersion() != 0; }
// The provider acted for. Nothing where none is named; so has_provider() tells that from bytes that are none.
inline std::optional<ProviderId> provider_of(schema::Event::Reader event) {
  return ProviderId::from(event.getProvider().getNumber(), static_cast<char>(event.getProvider().getLetter()));
}
inline bool has_provider(schema::Event::Reader event) { return event.getProvider().getLetter() != 0; }
// Of the command's content. Zero: the event is not the first of its command.
inline std::array<Byte, 16> fingerprint_of(schema::Event::Reader event) {
  return std::bit_cast<std::array<Byte, 16>>(std::array{event.getFingerprint().getFirst(), event.getFingerprint().getLast()});
}
inline bool has_fingerprint(schema::Event::Reader event) {
  return (event.getFingerprint().getFirst() | event.getFingerprint().getLast()) != 0;
}

// Whose command ids the event's is one of: who sent the command.
struct Sender {
  schema::PrincipalKind kind;
  std::string_view name;
};
inline Sender sender_of(schema::Event::Reader event) {
  const auto context = event.getContext();
  if (context.hasSubmittedBy()) return {context.getSubmittedBy().getKind(), text_of(context.getSubmittedBy().getName())};
  return {event.getActor().getKind(), text_of(event.getActor().getName())};
}

}  // namespace muniment
