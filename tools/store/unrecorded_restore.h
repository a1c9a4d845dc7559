// What a restoring has still to record: a file of the store, from when the restored log takes its place until the log has it. Cut
// off in between, the next start records it, so that nobody writes to a restored log that does not say so.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/record_restore.h"

namespace muniment {

struct UnrecordedRestore {
  std::string command_id;  // The same each time it is tried: recorded once.
  RecordRestore what;
  std::string requested_by;
};

// Durable when it returns. Throws std::system_error.
void keep_unrecorded_restore(const std::filesystem::path& store, const UnrecordedRestore& restore);
// Throws BackupDamaged where the file is not what was written.
std::optional<UnrecordedRestore> unrecorded_restore(const std::filesystem::path& store);
void forget_unrecorded_restore(const std::filesystem::path& store);

}  // namespace muniment
