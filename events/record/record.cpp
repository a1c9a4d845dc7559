#include "events/record/record.h"

#include <fmt/format.h>

#include <cstring>

#include "events/record/pointers.h"

namespace muniment {
namespace {

constexpr std::size_t frame_bytes = 8;  // segment count less one, and the one segment's size in words

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

// Without a check at each access, because all pointers were followed before.
schema::Event::Reader checked_event(RecordWords record) {
  const RecordWords segment = checked_frame(record).subspan(1);
  if (const auto problem = problem_with_pointers(segment); !problem.empty()) throw BadRecord(std::string{problem});
  return capnp::readMessageUnchecked<schema::Event>(segment.data());
}

void check_size(std::string_view field, std::size_t size, std::size_t expected) {
  if (size != expected) throw BadRecord(fmt::format("{} has {} bytes: expected {}", field, size, expected));
}

void check_stream(schema::StreamVersion::Reader stream) {
  const auto size = stream.getKey().size();
  switch (stream.getKind()) {
    case schema::StreamKind::ACCOUNT:
      check_size("more_streams.key of an account", size, AccountId::size);
      break;
    case schema::StreamKind::IMPORT:
      check_size("more_streams.key of an import", size, EventId::size);
      break;
    case schema::StreamKind::PROVIDER:
      if (!StreamName::provider_of(bytes_of(stream.getKey()))) throw BadRecord("more_streams.key of a provider is no PID/SL");
      break;
    case schema::StreamKind::POLICY:
      if (size != 0 && !StreamName::provider_of(bytes_of(stream.getKey()))) throw BadRecord("more_streams.key of a policy is no PID/SL");
      break;
    case schema::StreamKind::CATALOGUE:
    case schema::StreamKind::TERMS:
    case schema::StreamKind::AGENCY:
    case schema::StreamKind::REFUSALS:
    case schema::StreamKind::READS:
    case schema::StreamKind::ERASURES:
      check_size("more_streams.key of a kind of which there is one", size, 0);
      break;
    default:
      if (size > StreamName::key_size_max)
        throw BadRecord(fmt::format("more_streams.key has {} bytes: expected at most {}", size, StreamName::key_size_max));
  }
  if (stream.getVersion() == 0) throw BadRecord("more_streams.version is 0: the first event of a stream has version 1");
}

void check_differ(schema::StreamVersion::Reader a, schema::StreamVersion::Reader b) {
  if (a.getKind() == b.getKind() && a.getKey() == b.getKey()) throw BadRecord("more_streams names a stream twice");
}

// What the event says by its own fields stands there alone.
void check_is_not_own(schema::StreamVersion::Reader stream, schema::Event::Reader event) {
  const ByteSpan key = bytes_of(stream.getKey());
  const auto kind = stream.getKind();
  const bool is_account = kind == schema::StreamKind::ACCOUNT && AccountId::from(key) == account_id_of(event);
  const bool is_provider =
      kind == schema::StreamKind::PROVIDER && event.getProviderVersion() != 0 && StreamName::provider_of(key) == provider_of(event);
  const bool is_username =
      kind == schema::StreamKind::USERNAME && event.getClaimsUsername() && text_of(key) == text_of(event.getUsername());
  if (is_account || is_provider || is_username) throw BadRecord("more_streams names a stream of the event's own fields");
}

void check_own_streams(schema::Event::Reader event) {
  if (has_account(event) == account_id_of(event).is_zero()) throw BadRecord("account and account_version: expected both or neither");
  if (has_provider(event) && !provider_of(event)) throw BadRecord("provider is no PID/SL");
  if (event.getProviderVersion() != 0 && !has_provider(event)) throw BadRecord("provider_version stands without a provider");
  const auto username = event.getUsername().size();
  if (event.getClaimsUsername() && (username == 0 || username > StreamName::key_size_max)) {
    throw BadRecord(fmt::format("username has {} bytes: expected 1 to {} where it is claimed", username, StreamName::key_size_max));
  }
}

}  // namespace

RecordReader::RecordReader(RecordWords record) : event_(checked_event(record)) {}

void check_envelope(schema::Event::Reader event) {
  if (event.getPosition() == 0) throw BadRecord("position is 0: the first one is 1");
  if (event_id_of(event).is_zero()) throw BadRecord("event_id is missing");
  check_own_streams(event);
  const auto more = event.getContext().getMoreStreams();
  const std::size_t own =
      (has_account(event) ? 1U : 0U) + (event.getProviderVersion() != 0 ? 1U : 0U) + (event.getClaimsUsername() ? 1U : 0U);
  if (own + more.size() == 0 || own + more.size() > event_streams_max) {
    throw BadRecord(fmt::format("the event belongs to {} streams: expected 1 to {}", own + more.size(), event_streams_max));
  }
  for (unsigned i = 0; i < more.size(); ++i) {
    check_stream(more[i]);
    for (unsigned j = 0; j < i; ++j) check_differ(more[i], more[j]);
    check_is_not_own(more[i], event);
  }
}

}  // namespace muniment
