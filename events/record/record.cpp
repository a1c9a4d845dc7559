#include "events/record/record.h"

#include <fmt/format.h>

#include <cstring>

namespace muniment {
namespace {

constexpr std::size_t frame_bytes = 8;  // segment count less one, and the one segment's size in words
constexpr std::size_t fingerprint_bytes = 16;

RecordWords checked_frame(RecordWords record) {
  const auto bytes = record.size_bytes();
  if (bytes <= frame_bytes || bytes > record_bytes_max) {
    throw BadRecord(fmt::format("a record of {} bytes: expected 16 to {}", bytes, record_bytes_max));
  }
  std::array<std::uint32_t, 2> frame{};
  std::memcpy(frame.data(), record.data(), frame_bytes);
  if (frame[0] != 0) throw BadRecord("a record of more than one segment: expected one");
  if (frame[1] != record.size() - 1) {
    throw BadRecord(fmt::format("a record whose frame says {} words: {} are there", frame[1], record.size() - 1));
  }
  return record;
}

capnp::ReaderOptions reader_options() {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 64 * record_bytes_max / sizeof(capnp::word);
  options.nestingLimit = 16;
  return options;
}

void check_size(std::string_view field, std::size_t size, std::size_t expected) {
  if (size != expected) throw BadRecord(fmt::format("{} has {} bytes: expected {}", field, size, expected));
}

void check_stream(schema::StreamVersion::Reader stream) {
  const auto size = stream.getKey().size();
  switch (stream.getKind()) {
    case schema::StreamKind::ACCOUNT:
      check_size("streams.key of an account", size, AccountId::size);
      break;
    case schema::StreamKind::IMPORT:
      check_size("streams.key of an import", size, EventId::size);
      break;
    default:
      if (size > StreamName::key_size_max)
        throw BadRecord(fmt::format("streams.key has {} bytes: expected at most {}", size, StreamName::key_size_max));
  }
  if (stream.getVersion() == 0) throw BadRecord("streams.version is 0: the first event of a stream has version 1");
}

}  // namespace

RecordReader::RecordReader(RecordWords record)
    : message_(kj::ArrayPtr<const capnp::word>(checked_frame(record).data(), record.size()), reader_options()),
      event_(message_.getRoot<schema::Event>()) {}

void check_envelope(schema::Event::Reader event) {
  if (event.getPosition() == 0) throw BadRecord("position is 0: the first one is 1");
  check_size("event_id", event.getEventId().size(), EventId::size);
  if (event.hasFingerprint()) check_size("fingerprint", event.getFingerprint().size(), fingerprint_bytes);
  const auto streams = event.getStreams();
  if (streams.size() == 0 || streams.size() > event_streams_max) {
    throw BadRecord(fmt::format("streams has {} entries: expected 1 to {}", streams.size(), event_streams_max));
  }
  for (const auto stream : streams) check_stream(stream);
}

StreamVersion stream_version_of(schema::StreamVersion::Reader reader) {
  return {StreamName{reader.getKind(), bytes_of(reader.getKey())}, reader.getVersion()};
}

}  // namespace muniment
