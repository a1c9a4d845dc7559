#include "events/log/indexed_record.h"

#include "events/record/event_streams.h"

namespace muniment {

bool is_of_stream(RecordWords record, const StreamName& stream, Version version) {
  RecordReader reader(record);
  check_envelope(reader.event());
  for (const StreamVersion& entry : streams_of(reader.event())) {
    if (entry.version == version && entry.stream == stream) return true;
  }
  return false;
}

bool is_of_command(RecordWords record, const CommandName& command) {
  RecordReader reader(record);
  const auto event = reader.event();
  const Sender sender = sender_of(event);
  return sender.kind == command.kind && sender.name == command.principal && text_of(event.getCommandId()) == command.id;
}

}  // namespace muniment
