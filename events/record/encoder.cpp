#include "events/record/encoder.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "events/values/assert.h"

namespace muniment {
namespace {

// The largest segment: a record less its eight-byte frame, rounded up, so that only what is too large spills into a second one.
constexpr std::size_t scratch_words = 8192;

template <typename Init>
void put(std::string_view value, Init init) {
  auto out = init(static_cast<unsigned>(value.size()));
  std::copy(value.begin(), value.end(), out.begin());
}

capnp::Data::Reader data(ByteSpan bytes) { return {bytes.data(), bytes.size()}; }

void write_streams(std::span<const StreamVersion> streams, schema::Event::Builder event) {
  auto list = event.initStreams(static_cast<unsigned>(streams.size()));
  for (unsigned i = 0; i < streams.size(); ++i) {
    auto out = list[i];
    out.setVersion(streams[i].version);
    out.setKind(streams[i].stream.kind());
    if (!streams[i].stream.key().empty()) out.setKey(data(streams[i].stream.key()));
  }
}

bool has_context(const Draft& draft) {
  return draft.caused_by != 0 || draft.imported_by != 0 || !draft.requested_by.empty() || !draft.approved_by.empty() ||
         !draft.reason.empty() || !draft.reference.empty() || !draft.address.empty() || !draft.program.empty();
}

void write_context(const Draft& draft, schema::Event::Builder event) {
  if (!has_context(draft)) return;
  auto out = event.initContext();
  out.setCausedBy(draft.caused_by);
  out.setImportedBy(draft.imported_by);
  if (!draft.requested_by.empty()) put(draft.requested_by, [&](unsigned n) { return out.initRequestedBy(n); });
  if (!draft.approved_by.empty()) put(draft.approved_by, [&](unsigned n) { return out.initApprovedBy(n); });
  if (!draft.reason.empty()) put(draft.reason, [&](unsigned n) { return out.initReason(n); });
  if (!draft.reference.empty()) put(draft.reference, [&](unsigned n) { return out.initReference(n); });
  if (!draft.address.empty()) put(draft.address, [&](unsigned n) { return out.initAddress(n); });
  if (!draft.program.empty()) put(draft.program, [&](unsigned n) { return out.initProgram(n); });
}

void write_event(const Draft& draft, schema::Event::Builder event) {
  event.setPosition(draft.position);
  event.setRecordedAt(draft.recorded_at.ns);
  event.setOccurredAt(draft.occurred_at.ns);
  event.setSource(draft.source);
  event.setAuthority(draft.authority);
  auto actor = event.getActor();
  actor.setKind(draft.actor_kind);
  put(draft.actor_name, [&](unsigned n) { return actor.initName(n); });
  event.setEventId(data(draft.event_id.bytes()));
  put(draft.command_id, [&](unsigned n) { return event.initCommandId(n); });
  if (!draft.fingerprint.empty()) event.setFingerprint(data(draft.fingerprint));
  if (draft.provider) put(draft.provider->text(), [&](unsigned n) { return event.initProvider(n); });
  if (!draft.username.empty()) put(draft.username, [&](unsigned n) { return event.initUsername(n); });
  write_streams(draft.streams, event);
  if (!draft.sealed.empty()) event.setSealed(data(draft.sealed));
  write_context(draft, event);
  write_fact(*draft.fact, event);
}

}  // namespace

Encoder::Encoder() : scratch_(scratch_words) {}
Encoder::~Encoder() = default;

std::size_t Encoder::encode(const Draft& draft, std::vector<capnp::word>& out) {
  MUNIMENT_ASSERT(draft.fact != nullptr && !draft.streams.empty() && draft.streams.size() <= event_streams_max);
  // The builder zeroes what it used of the scratch when it is destroyed.
  capnp::MallocMessageBuilder message(kj::ArrayPtr<capnp::word>(scratch_.data(), scratch_.size()));
  write_event(draft, message.initRoot<schema::Event>());
  const auto segments = message.getSegmentsForOutput();
  const std::size_t words = segments[0].size() + 1;
  if (segments.size() != 1 || words * sizeof(capnp::word) > record_bytes_max) {
    throw RecordTooLarge(fmt::format("the event needs more than the {} bytes that a record can have", record_bytes_max));
  }
  const std::array<std::uint32_t, 2> frame{0, static_cast<std::uint32_t>(segments[0].size())};
  const std::size_t at = out.size();
  out.resize(at + words);
  std::memcpy(static_cast<void*>(&out[at]), frame.data(), sizeof frame);
  std::memcpy(static_cast<void*>(&out[at + 1]), segments[0].begin(), segments[0].size() * sizeof(capnp::word));
  return words;
}

}  // namespace muniment
