#include "tools/store/vault_backups.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "tools/store/durable_file.h"

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

// Whether a name is one that name_of() gives.
bool is_ours(std::string_view name) {
  constexpr std::string_view date_and_time = "00000000T000000";
  if (!name.starts_with(name_prefix) || !name.ends_with('Z')) return false;
  name = name.substr(name_prefix.size(), name.size() - name_prefix.size() - 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.size() < date_and_time.size()) return false;
  for (std::size_t i = 0; i < date_and_time.size(); ++i) {
    if (date_and_time[i] == 'T' ? name[i] != 'T' : !is_digit(name[i])) return false;
  }
  name.remove_prefix(date_and_time.size());
  return name.empty() || (name.size() > 1 && name[0] == '.' && std::ranges::all_of(name.substr(1), is_digit));
}

// Whole, damaged or cut off.
std::vector<fs::path> folders_in(const fs::path& all) {
  std::vector<fs::path> out;
  if (!fs::exists(all)) return out;
  for (const auto& entry : fs::directory_iterator(all)) {
    if (entry.is_directory() && !entry.is_symlink() && is_ours(entry.path().filename().string())) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

// Has nothing in it but what a backup begins with.
bool was_cut_off(const fs::path& folder) {
  constexpr std::array<std::string_view, 3> beginnings{"vault", "vault.tmp", "MANIFEST.new"};
  return std::ranges::all_of(fs::directory_iterator(folder), [&](const fs::directory_entry& entry) {
    return std::ranges::find(beginnings, entry.path().filename().string()) != beginnings.end();
  });
}

// Without its manifest first: cut off in between, it is one that was cut off, and goes the next time.
void remove_backup(const fs::path& folder) {
  fs::remove(folder / "MANIFEST");
  sync_folder(folder);
  fs::remove_all(folder);
}

}  // namespace

KeptVaultBackup add_vault_backup(Store& store, const fs::path& all) {
  claim_backup_folder(all, store);
  for (const fs::path& folder : folders_in(all)) {
    if (was_cut_off(folder)) fs::remove_all(folder);
  }
  const std::vector<KeptVaultBackup> kept = vault_backups_in(all);
  const fs::path folder = all / name_of(system_now());
  VaultManifest manifest = back_up_vault(store, folder, kept.empty() ? 1 : kept.back().manifest.number + 1);
  return {folder, std::move(manifest)};
}

std::vector<KeptVaultBackup> vault_backups_in(const fs::path& all) {
  std::vector<KeptVaultBackup> out;
  for (const fs::path& folder : folders_in(all)) {
    try {
      if (is_whole_vault_backup(folder)) out.push_back({folder, vault_manifest_in(folder)});
    } catch (const BackupDamaged&) {  // damaged_vault_backups_in() tells.
    }
  }
  std::ranges::stable_sort(out, {}, [](const KeptVaultBackup& one) { return one.manifest.number; });
  return out;
}

std::vector<DamagedBackup> damaged_vault_backups_in(const fs::path& all) {
  std::vector<DamagedBackup> out;
  for (const fs::path& folder : folders_in(all)) {
    try {
      if (is_whole_vault_backup(folder)) vault_manifest_in(folder);
    } catch (const BackupDamaged& damage) {
      out.push_back({0, damage.what()});
    }
  }
  return out;
}

void keep_newest_vault_backups(const fs::path& all, std::uint32_t count) {
  MUNIMENT_ASSERT(count > 0);
  const std::vector<KeptVaultBackup> kept = vault_backups_in(all);
  for (std::size_t i = 0; i + count < kept.size(); ++i) remove_backup(kept[i].folder);
}

}  // namespace muniment
