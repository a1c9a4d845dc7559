// Backups of the vault in a folder that keeps several of them, all of one store: each whole, and for itself, in a folder that is named by
// its time and says in its manifest the how manieth it is. That number tells the newest: a clock goes back.
#pragma once

#include <filesystem>
#include <vector>

#include "tools/store/backup.h"

namespace muniment {

struct KeptVaultBackup {
  std::filesystem::path folder;
  VaultManifest manifest;
};

// Makes one more, and the folder of all of them where there is none, once what is left of those that were cut off is removed. One at a
// time; any thread. Throws VaultError, std::system_error, and FolderTaken where the folder has those of another store.
KeptVaultBackup add_vault_backup(Store& store, const std::filesystem::path& all);
// Those that are whole, the oldest first; none where the folder is not there.
std::vector<KeptVaultBackup> vault_backups_in(const std::filesystem::path& all);
// Those whose manifest is not what was written.
std::vector<DamagedBackup> damaged_vault_backups_in(const std::filesystem::path& all);
// Removes all but so many of the newest that are whole. Those whose manifest is damaged are left alone, and count as none.
// Precondition: some are kept. Throws std::system_error.
void keep_newest_vault_backups(const std::filesystem::path& all, std::uint32_t count);

}  // namespace muniment
