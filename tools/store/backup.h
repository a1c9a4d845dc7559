// Backups of a store, made while it serves: of the log, in a folder that keeps many of them, and of the vault, each in a folder of its own,
// because they are kept for other times. The epoch key and the views are in neither. docs/formats.md, "Backups".
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "tools/store/store.h"

namespace muniment {

// What is there is no backup, or not what was written.
struct BackupDamaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// There are none of that kind in the folder, or not the one that was asked for.
struct NoBackup : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a backup of the log says of itself.
struct BackupManifest {
  std::uint32_t number = 0;
  LogHead head;  // It holds the log up to here at least.
  std::uint32_t format = 0;
  Timestamp made_at;
  Position archived = 0;   // The records up to here are not in it, but in the archive; 0: all are in it.
  Position witnessed = 0;  // So far reaches the checkpoint that enough witnesses cosigned; 0: none is in it.
};

// Whether a folder, there or not, is another one or in it: a backup that is lost with what it is of is none.
bool is_within(const std::filesystem::path& folder, const std::filesystem::path& other);

// Makes one more in the folder, which must not be in the store's; one at a time. Cut off where that is asked for: it is none then. Any
// thread. Throws LogFailed, FolderTaken, std::system_error.
BackupManifest back_up_log(Store& store, const std::filesystem::path& folder, const std::stop_token& stop = {},
                           const OnProgress& on_progress = {});
// Whether backups of a log were made in the folder.
bool holds_log_backups(const std::filesystem::path& folder);
// Those that are whole, in rising order. Throws NoBackup when the folder holds none.
std::vector<BackupManifest> backups_in(const std::filesystem::path& folder);
struct DamagedBackup {
  std::uint32_t number = 0;  // 0: it is known by a name.
  std::string what;          // Where, and what is wrong.
};
// Those whose manifest is not what was written, in rising order. Throws as backups_in.
std::vector<DamagedBackup> damaged_backups_in(const std::filesystem::path& folder);
// The newest checkpoint that enough witnesses had cosigned. Precondition: `witnessed` is not 0.
std::filesystem::path cosigned_in_backup(const std::filesystem::path& folder, std::uint32_t number);
// Removes all but so many of the newest that are whole, and those that were cut off. Those whose manifest is damaged are left alone, and
// count as none. No backup may be under way. Precondition: some are kept. Throws as backups_in, LogFailed, std::system_error.
void keep_newest_backups(const std::filesystem::path& folder, std::uint32_t count);
// Makes the folder of backups where there is none, and says in it which log they are of. Throws FolderTaken where that is another one, or
// the folder is in the store's.
void claim_backup_folder(const std::filesystem::path& folder, const Store& store);

struct VaultManifest {
  std::string epoch;  // The id of the epoch key that opens it, in hexadecimal.
  std::uint64_t erasures = 0;
  Timestamp made_at;
  std::uint32_t number = 0;  // Among those that are kept in one folder, rising (vault_backups.h); 0: it stands alone.
};

// Into a new folder. Any thread. Throws VaultError, std::system_error, FolderTaken.
VaultManifest back_up_vault(Store& store, const std::filesystem::path& folder, std::uint32_t number = 0,
                            const OnProgress& on_progress = {});
// Throws NoBackup when it is none, BackupDamaged when it was cut off or is not what was written.
VaultManifest vault_manifest_in(const std::filesystem::path& folder);
// One that was cut off has no manifest.
bool is_whole_vault_backup(const std::filesystem::path& folder);
// Where the vault's database stands in its backup.
std::filesystem::path database_in_vault_backup(const std::filesystem::path& folder);

}  // namespace muniment
