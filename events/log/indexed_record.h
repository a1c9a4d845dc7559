// What an index says of a record, compared with the record: that it is of that stream, or begins that command.
#pragma once

#include "events/log/event_log.h"

namespace muniment {

// Throw BadRecord or kj::Exception for bytes that are no record.
bool is_of_stream(RecordWords record, const StreamName& stream, Version version);
bool is_of_command(RecordWords record, const CommandName& command);

}  // namespace muniment
