#include "events/log/envelope.h"

namespace muniment {

void EnvelopeReader::read(RecordWords record, Envelope& out) {
  RecordReader reader(record);
  const schema::Event::Reader event = reader.event();
  check_envelope(event);
  out.position = event.getPosition();
  out.recorded_at_ns = event.getRecordedAt();
  out.stream_count = 0;
  if (has_account(event)) add(schema::StreamKind::ACCOUNT, account_id_of(event).bytes(), event.getAccountVersion(), out);
  if (event.getProviderVersion() != 0) {
    add(schema::StreamKind::PROVIDER, StreamName::provider_key(provider_of(event).value()), event.getProviderVersion(), out);
  }
  if (event.getClaimsUsername()) add(schema::StreamKind::USERNAME, bytes_of(text_of(event.getUsername())), 1, out);
  for (const auto more : event.getContext().getMoreStreams()) add(more.getKind(), bytes_of(more.getKey()), more.getVersion(), out);
  out.command = {};
  if (!has_fingerprint(event)) return;
  scratch_.clear();
  const Sender sender = sender_of(event);
  put_command_name(sender.kind, sender.name, text_of(event.getCommandId()), scratch_);
  out.command = arena_.keep(scratch_);
  out.command_hash = hash_of_key(out.command);
}

void EnvelopeReader::add(schema::StreamKind kind, ByteSpan key, Version version, Envelope& out) {
  scratch_.clear();
  put_stream_key(kind, key, scratch_);
  const std::string_view kept = arena_.keep(scratch_);
  out.stream_entries[out.stream_count++] = {kept, hash_of_key(kept), version};
}

}  // namespace muniment
