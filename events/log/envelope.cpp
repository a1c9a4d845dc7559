#include "events/log/envelope.h"

namespace muniment {

void EnvelopeReader::read(RecordWords record, Envelope& out) {
  RecordReader reader(record);
  const schema::Event::Reader event = reader.event();
  check_envelope(event);
  out.position = event.getPosition();
  out.stream_count = 0;
  for (const auto stream : event.getStreams()) {
    scratch_.clear();
    put_stream_key(stream.getKind(), bytes_of(stream.getKey()), scratch_);
    const std::string_view key = arena_.keep(scratch_);
    out.stream_entries[out.stream_count++] = {key, hash_of_key(key), stream.getVersion()};
  }
  out.command = {};
  if (!event.hasFingerprint()) return;
  scratch_.clear();
  put_command_name(event.getActor().getKind(), text_of(event.getActor().getName()), text_of(event.getCommandId()), scratch_);
  out.command = arena_.keep(scratch_);
  out.command_hash = hash_of_key(out.command);
}

}  // namespace muniment
