#include "events/record/event_streams.h"

namespace muniment {

EventStreams streams_of(schema::Event::Reader event) {
  check_envelope(event);
  EventStreams out;
  if (has_account(event)) out.push_back({StreamName::account(account_id_of(event)), event.getAccountVersion()});
  if (event.getProviderVersion() != 0) out.push_back({StreamName::provider(provider_of(event).value()), event.getProviderVersion()});
  if (event.getClaimsUsername()) out.push_back({StreamName{schema::StreamKind::USERNAME, bytes_of(text_of(event.getUsername()))}, 1});
  for (const auto more : event.getContext().getMoreStreams()) {
    out.push_back({stream_of(more), more.getVersion()});
  }
  return out;
}

StreamName stream_of(schema::StreamVersion::Reader entry) {
  const ByteSpan key = bytes_of(entry.getKey());
  if (key.size() > StreamName::key_size_max) throw BadRecord("more_streams.key is longer than any stream's");
  return {entry.getKind(), key};
}

}  // namespace muniment
