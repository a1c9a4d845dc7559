// Backups of the vault in a folder that keeps several of them: each whole, and for itself, in a folder that is named by its time.
#pragma once

#include <filesystem>
#include <vector>

#include "tools/store/backup.h"

namespace muniment {

struct KeptVaultBackup {
  std::filesystem::path folder;
  VaultManifest manifest;
};

// Makes one more, and the folder of all of them where there is none. Any thread. Throws VaultError, std::system_error, FolderTaken.
KeptVaultBackup add_vault_backup(Store& store, const std::filesystem::path& all);
// Those that are whole, the oldest first; none where the folder is not there. Throws BackupDamaged when a manifest is not what was written.
std::vector<KeptVaultBackup> vault_backups_in(const std::filesystem::path& all);
// Removes all but so many of the newest, and those that were cut off. None may be under way. Throws as vault_backups_in,
// std::system_error.
void keep_newest_vault_backups(const std::filesystem::path& all, std::uint32_t count);

}  // namespace muniment
