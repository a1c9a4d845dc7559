#include "events/log/log_key_rotation.h"

#include <fmt/format.h>

namespace muniment {

std::optional<LogKeyRotation> log_key_rotation_of(schema::Event::Reader event) {
  if (!event.getFact().isLogKeyRotated()) return std::nullopt;
  const auto fact = event.getFact().getLogKeyRotated();
  const auto former = VerifierKey::parse(text_of(fact.getFormer()));
  const auto current = VerifierKey::parse(text_of(fact.getCurrent()));
  if (!former || !current)
    throw LogDamaged(fmt::format("event {} says that the log's key was rotated, and names no verifier keys", event.getPosition()));
  return LogKeyRotation{event.getPosition(), *former, *current, Timestamp{fact.getBothUntil()}};
}

std::vector<LogKeyRotation> log_key_rotations(const EventLog& log) {
  std::vector<LogKeyRotation> out;
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
    const RecordReader record(words);
    if (auto rotation = log_key_rotation_of(record.event())) out.push_back(std::move(*rotation));
    return true;
  });
  return out;
}

RecordedLogKeys recorded_log_keys(std::span<const LogKeyRotation> recorded, std::span<const VerifierKey> listed) {
  const std::size_t in_use = listed.size() - 1;
  if (in_use > recorded.size())
    throw LogDamaged(fmt::format("{} is named as the log's key, and the log does not record that its key was rotated so often: {} times",
                                 listed.front().text(), recorded.size()));
  if (recorded.size() > in_use + 1)
    throw LogDamaged(fmt::format("the log records at event {} that {} signs it from there on, and that key is not among those beside it",
                                 recorded.back().position, recorded.back().current.text()));
  RecordedLogKeys out{KeyChain(listed.back()), std::nullopt};
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const LogKeyRotation& rotation = recorded[i];
    KeyChain next = out.chain;
    const bool follows = next.append(rotation.position, rotation.former, rotation.current);
    const bool is_listed = i == in_use || (follows && listed[in_use - 1 - i] == rotation.current);
    if (!follows || !is_listed)
      throw LogDamaged(
          fmt::format("event {} records that {} takes the place of {} as the log's key, and the keys beside the log say otherwise",
                      rotation.position, rotation.current.text(), rotation.former.text()));
    if (i < in_use)
      out.chain = std::move(next);
    else
      out.pending = rotation;
  }
  return out;
}

}  // namespace muniment
