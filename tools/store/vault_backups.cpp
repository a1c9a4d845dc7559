#include "tools/store/vault_backups.h"

#include <algorithm>

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_prefix = "vault-";

// 2026-11-25T14:46:13.703344447Z becomes vault-20261125T144613.703344447Z.
std::string name_of(Timestamp time) {
  std::string out = time.text();
  std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
  return std::string{name_prefix} + out;
}

// Whole or cut off.
std::vector<fs::path> folders_in(const fs::path& all) {
  std::vector<fs::path> out;
  if (!fs::exists(all)) return out;
  for (const auto& entry : fs::directory_iterator(all)) {
    if (entry.is_directory() && entry.path().filename().string().starts_with(name_prefix)) out.push_back(entry.path());
  }
  return out;
}

}  // namespace

KeptVaultBackup add_vault_backup(Store& store, const fs::path& all) {
  const fs::path folder = all / name_of(system_now());
  VaultManifest manifest = back_up_vault(store, folder);
  return {folder, std::move(manifest)};
}

std::vector<KeptVaultBackup> vault_backups_in(const fs::path& all) {
  std::vector<KeptVaultBackup> out;
  for (const fs::path& folder : folders_in(all)) {
    if (is_whole_vault_backup(folder)) out.push_back({folder, vault_manifest_in(folder)});
  }
  std::ranges::sort(out, {}, [](const KeptVaultBackup& one) { return one.manifest.made_at; });
  return out;
}

void keep_newest_vault_backups(const fs::path& all, std::uint32_t count) {
  for (const fs::path& folder : folders_in(all)) {
    if (!is_whole_vault_backup(folder)) fs::remove_all(folder);
  }
  const std::vector<KeptVaultBackup> kept = vault_backups_in(all);
  for (std::size_t i = 0; i + count < kept.size(); ++i) fs::remove_all(kept[i].folder);
}

}  // namespace muniment
