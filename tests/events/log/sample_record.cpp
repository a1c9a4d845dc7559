#include "tests/events/log/sample_record.h"

#include "events/record/encoder.h"

namespace muniment::sample {

Words record(const Sample& sample) {
  static thread_local Encoder encoder;
  const std::array<Byte, 16> fingerprint{7};
  const Bytes sealed(sample.sealed_bytes, Byte{9});
  Draft draft;
  draft.position = sample.position;
  draft.recorded_at = {1'700'000'000'000'000'000 + static_cast<std::int64_t>(sample.position)};
  draft.occurred_at = draft.recorded_at;
  draft.actor_kind = sample.actor.kind;
  draft.actor_name = sample.actor.name;
  std::array<Byte, EventId::size> id{};
  for (unsigned i = 0; i < 8; ++i) id[i] = static_cast<Byte>(sample.position >> (8 * i));
  draft.event_id = EventId{id};
  draft.command_id = sample.command;
  if (!sample.command.empty()) draft.fingerprint = fingerprint;
  draft.streams = sample.streams;
  draft.sealed = sealed;
  draft.fact = &sample.fact;
  Words words;
  encoder.encode(draft, words);
  return words;
}

}  // namespace muniment::sample
