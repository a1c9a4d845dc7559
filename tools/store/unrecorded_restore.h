// A log that was put back, and is not on record as such yet. It is written down before the log takes its place, and the next opening that
// records anything records it first: a loss that was accepted is on record whatever a crash does. docs/formats.md, "Backups".
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/record_restore.h"
#include "events/log/event_log.h"

namespace muniment {

struct UnrecordedRestore {
  RecordRestore what;
  LogHead former = {};  // The head that is lost, as it was known; at 0 none is.
  std::string requested_by = {};
};

// Durable when it returns. Its texts have no line feed. Throws std::system_error.
void write_unrecorded_restore(const std::filesystem::path& store, const UnrecordedRestore& restore);
// Nothing where all is on record. Throws BackupDamaged when the file is not what was written.
std::optional<UnrecordedRestore> read_unrecorded_restore(const std::filesystem::path& store);
// Throws std::system_error.
void forget_unrecorded_restore(const std::filesystem::path& store);

}  // namespace muniment
