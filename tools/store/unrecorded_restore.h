// What was put back, a log or a vault, and is not on record as such yet: written down before it takes its place. The next opening that
// records anything records it first: a loss that was accepted is on record whatever a crash does. docs/formats.md, "Backups".
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/record_restore.h"
#include "events/log/event_log.h"
#include "events/vault/erasures_done.h"

namespace muniment {

enum class Restored { log, vault };

struct UnrecordedRestore {
  std::string id;         // Of the command that records it.
  Position position = 0;  // Of a log, its last one. Where it is another, this is on record, or what was set aside was put back.
  RecordRestore what;
  LogHead former = {};          // Of a log: the head that is lost, as it was known; at 0 none is.
  ErasuresDone vault_had = {};  // Of a vault: what was carried out in it when it was put back.
  std::string requested_by = {};
};

// Another one each time.
std::string new_restore_id();
// One of each may be there. Durable when it returns. Its texts have no line feed. Throws std::system_error.
void write_unrecorded_restore(const std::filesystem::path& store, const UnrecordedRestore& restore);
// Nothing where all is on record. Throws BackupDamaged when the file is not what was written.
std::optional<UnrecordedRestore> read_unrecorded_restore(const std::filesystem::path& store, Restored what);
// Throws std::system_error.
void forget_unrecorded_restore(const std::filesystem::path& store, Restored what);

// Where a vault is put together: once it has taken its place, nothing is there.
std::filesystem::path restoring_vault(const std::filesystem::path& store);

}  // namespace muniment
