#include "tools/store/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/log/log_backups.h"
#include "tools/store/durable_file.h"
#include "tools/store/manifest_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view log_title = "muniment log backup";
constexpr std::string_view vault_title = "muniment vault backup";
constexpr std::string_view vault_manifest_name = "MANIFEST";

fs::path engine_folder(const fs::path& folder) { return folder / "log"; }
fs::path manifest_of(const fs::path& folder, std::uint32_t number) { return folder / fmt::format("manifest-{:06}", number); }

// A backup that is lost with what it is of is none.
void require_elsewhere(const fs::path& folder, const Store& store) {
  const fs::path relative = fs::weakly_canonical(folder).lexically_relative(fs::weakly_canonical(store.folder()));
  if (!relative.empty() && *relative.begin() != "..")
    throw FolderTaken(fmt::format("{} is in the store's own folder: name one elsewhere, better on another disk", folder.string()));
}

// Of two logs the newest backup would be that of either. A log keeps the first key that it ever had, whatever was rotated since.
void require_of_this_log(const fs::path& folder, const Store& store) {
  if (!fs::exists(folder / "log.vkey")) return;
  const VerifierKey first = read_public_log_keys(folder).back();
  if (first != store.log_keys().oldest())
    throw FolderTaken(fmt::format("{} has the backups of another log, {}: name another folder", folder.string(), first.text()));
}

BackupManifest read_log_manifest(const fs::path& folder, std::uint32_t number) {
  const ManifestLines lines = read_manifest(manifest_of(folder, number), log_title);
  BackupManifest out{.number = number,
                     .head = {.position = number_in(lines, "position"), .root = {}},
                     .format = static_cast<std::uint32_t>(number_in(lines, "format")),
                     .made_at = {}};
  const auto root = from_hex(text_in(lines, "root"));
  const auto made_at = Timestamp::parse(text_in(lines, "made_at"));
  if (!root || root->size() != out.head.root.size() || !made_at || number_in(lines, "number") != number)
    throw BackupDamaged(fmt::format("{}: says what no backup says; use another backup", manifest_of(folder, number).string()));
  std::ranges::copy(*root, out.head.root.begin());
  out.made_at = *made_at;
  return out;
}

}  // namespace

BackupManifest back_up_log(Store& store, const fs::path& folder) {
  require_elsewhere(folder, store);
  fs::create_directories(folder);
  require_of_this_log(folder, store);
  BackupManifest out{.number = 0, .head = store.log().head(0), .format = store.marker().format, .made_at = system_now()};
  out.number = back_up_log(store.log(), engine_folder(folder));
  replace_file(folder / "log.vkey", read_whole_file(store.folder() / "log.vkey"));  // Public: who restores on another machine needs it.
  write_manifest(manifest_of(folder, out.number), log_title,
                 {{"number", std::to_string(out.number)},
                  {"position", std::to_string(out.head.position)},
                  {"root", to_hex(out.head.root)},
                  {"format", std::to_string(out.format)},
                  {"made_at", out.made_at.text()}});
  return out;
}

// One without a manifest was cut off.
std::vector<BackupManifest> backups_in(const fs::path& folder) {
  if (!fs::exists(engine_folder(folder))) throw BackupDamaged(fmt::format("{}: there are no backups of a log", folder.string()));
  std::vector<BackupManifest> out;
  for (const std::uint32_t number : log_backups(engine_folder(folder))) {
    if (fs::exists(manifest_of(folder, number))) out.push_back(read_log_manifest(folder, number));
  }
  return out;
}

void keep_newest_backups(const fs::path& folder, std::uint32_t count) {
  const std::vector<BackupManifest> all = backups_in(folder);
  keep_newest_log_backups(engine_folder(folder), count);
  for (std::size_t i = 0; i + count < all.size(); ++i) fs::remove(manifest_of(folder, all[i].number));
}

fs::path database_in_vault_backup(const fs::path& folder) { return folder / "vault"; }

VaultManifest back_up_vault(Store& store, const fs::path& folder) {
  require_elsewhere(folder, store);
  if (fs::exists(folder)) throw FolderTaken(fmt::format("{} exists already: name a new folder for the vault's backup", folder.string()));
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  // Before what it is copied with: the copy may have carried out more, and does it again then.
  VaultManifest out{.epoch = to_hex(store.vault().epoch()), .erasures = store.vault().erasures_done(), .made_at = system_now()};
  store.vault().back_up(database_in_vault_backup(folder));
  write_manifest(folder / vault_manifest_name, vault_title,
                 {{"epoch", out.epoch}, {"erasures", std::to_string(out.erasures)}, {"made_at", out.made_at.text()}});
  return out;
}

VaultManifest vault_manifest_in(const fs::path& folder) {
  const ManifestLines lines = read_manifest(folder / vault_manifest_name, vault_title);
  const auto made_at = Timestamp::parse(text_in(lines, "made_at"));
  if (!made_at) throw BackupDamaged(fmt::format("{}: says what no backup says; use another backup", folder.string()));
  return {.epoch = text_in(lines, "epoch"), .erasures = number_in(lines, "erasures"), .made_at = *made_at};
}

}  // namespace muniment
