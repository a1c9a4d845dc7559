// What the log says of imports that were abandoned: facts of the agency's stream.
#pragma once

#include "events/log/event_log.h"
#include "events/record/abandoned_imports.h"

namespace muniment {

// Those up to `to`. Throws what the log throws. A record that cannot be read says nothing here: whoever folds it stumbles over it.
AbandonedImports recorded_abandonments(const EventLog& log, Partition partition, Position to);

}  // namespace muniment
