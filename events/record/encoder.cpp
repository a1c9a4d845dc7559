#include "events/record/encoder.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
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

// Which of the draft's streams the event says by its own fields; the others go into the context.
struct OwnStreams {
  const StreamVersion* account = nullptr;
  const StreamVersion* provider = nullptr;
  const StreamVersion* username = nullptr;

  bool has(const StreamVersion& one) const { return &one == account || &one == provider || &one == username; }
  std::size_t count() const { return (account != nullptr ? 1U : 0U) + (provider != nullptr ? 1U : 0U) + (username != nullptr ? 1U : 0U); }
};

OwnStreams own_streams_of(const Draft& draft) {
  OwnStreams own;
  for (const StreamVersion& one : draft.streams) {
    switch (one.stream.kind()) {
      case schema::StreamKind::ACCOUNT:
        if (own.account == nullptr) own.account = &one;
        break;
      case schema::StreamKind::PROVIDER:
        if (own.provider == nullptr && draft.provider && StreamName::provider_of(one.stream.key()) == draft.provider) own.provider = &one;
        break;
      case schema::StreamKind::USERNAME:
        if (one.version == 1 && text_of(one.stream.key()) == draft.username) own.username = &one;
        break;
      default:
        break;
    }
  }
  return own;
}

template <typename Group>
void write_id(std::array<std::uint64_t, 2> words, Group group) {
  group.setFirst(words[0]);
  group.setLast(words[1]);
}

void write_own_streams(const OwnStreams& own, schema::Event::Builder event) {
  if (own.account != nullptr) {
    write_id(AccountId::from(own.account->stream.key()).value().words(), event.getAccount());
    event.setAccountVersion(own.account->version);
  }
  if (own.provider != nullptr) event.setProviderVersion(own.provider->version);
  if (own.username != nullptr) event.setClaimsUsername(true);
}

void write_more_streams(const Draft& draft, const OwnStreams& own, schema::Context::Builder context) {
  if (own.count() == draft.streams.size()) return;
  auto list = context.initMoreStreams(static_cast<unsigned>(draft.streams.size() - own.count()));
  unsigned at = 0;
  for (const StreamVersion& one : draft.streams) {
    if (own.has(one)) continue;
    auto out = list[at++];
    out.setVersion(one.version);
    out.setKind(one.stream.kind());
    if (!one.stream.key().empty()) out.setKey(data(one.stream.key()));
  }
}

bool has_context(const Draft& draft) {
  return draft.caused_by != 0 || draft.imported_by != 0 || !draft.requested_by.empty() || !draft.approved_by.empty() ||
         !draft.reason.empty() || !draft.reference.empty() || !draft.address.empty() || !draft.program.empty() ||
         draft.submitted_by != nullptr || !draft.token_id.empty();
}

void write_context(const Draft& draft, const OwnStreams& own, schema::Event::Builder event) {
  if (own.count() == draft.streams.size() && !has_context(draft)) return;
  auto out = event.initContext();
  out.setCausedBy(draft.caused_by);
  out.setImportedBy(draft.imported_by);
  if (!draft.requested_by.empty()) put(draft.requested_by, [&](unsigned n) { return out.initRequestedBy(n); });
  if (!draft.approved_by.empty()) put(draft.approved_by, [&](unsigned n) { return out.initApprovedBy(n); });
  if (!draft.reason.empty()) put(draft.reason, [&](unsigned n) { return out.initReason(n); });
  if (!draft.reference.empty()) put(draft.reference, [&](unsigned n) { return out.initReference(n); });
  if (!draft.address.empty()) put(draft.address, [&](unsigned n) { return out.initAddress(n); });
  if (!draft.program.empty()) put(draft.program, [&](unsigned n) { return out.initProgram(n); });
  if (draft.submitted_by != nullptr) {
    auto submitter = out.initSubmittedBy();
    submitter.setKind(draft.submitted_by->kind);
    put(draft.submitted_by->name, [&](unsigned n) { return submitter.initName(n); });
  }
  if (!draft.token_id.empty()) put(draft.token_id, [&](unsigned n) { return out.initTokenId(n); });
  write_more_streams(draft, own, out);
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
  write_id(draft.event_id.words(), event.getEventId());
  put(draft.command_id, [&](unsigned n) { return event.initCommandId(n); });
  if (draft.fingerprint) write_id(std::bit_cast<std::array<std::uint64_t, 2>>(*draft.fingerprint), event.getFingerprint());
  if (draft.provider) {
    event.getProvider().setNumber(draft.provider->number());
    event.getProvider().setLetter(static_cast<std::uint8_t>(draft.provider->letter()));
  }
  if (!draft.username.empty()) put(draft.username, [&](unsigned n) { return event.initUsername(n); });
  const OwnStreams own = own_streams_of(draft);
  write_own_streams(own, event);
  if (!draft.sealed.empty()) event.setSealed(data(draft.sealed));
  write_context(draft, own, event);
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
