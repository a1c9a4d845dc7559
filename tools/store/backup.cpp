#include "tools/store/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "events/log/log_backups.h"
#include "events/values/assert.h"
#include "tools/store/durable_file.h"
#include "tools/store/erasure_state.h"
#include "tools/store/manifest_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view log_title = "muniment log backup";
constexpr std::string_view vault_title = "muniment vault backup";
constexpr std::string_view vault_manifest_name = "MANIFEST";

fs::path engine_folder(const fs::path& folder) { return folder / "log"; }
fs::path manifest_of(const fs::path& folder, std::uint32_t number) { return folder / fmt::format("manifest-{:06}", number); }

void require_elsewhere(const fs::path& folder, const Store& store) {
  if (is_within(folder, store.folder()))
    throw FolderTaken(fmt::format("{} is in the store's own folder: name one elsewhere, better on another disk", folder.string()));
}

// Of the files that are there while it looks.
std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t out = 0;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error); !error && entry != fs::recursive_directory_iterator{};
       entry.increment(error)) {
    std::error_code ignored;
    const std::uint64_t size = entry->file_size(ignored);
    if (!ignored) out += size;
  }
  return out;
}

// Tells how much is in a folder that something is copied into, by somebody who does not tell: at once, and on a thread of its own while it
// lives.
class CopyWatch {
 public:
  CopyWatch(fs::path folder, std::uint64_t all, const OnProgress& on_progress) : folder_(std::move(folder)) {
    if (!on_progress) return;
    on_progress("bytes copied", 0, all);
    looking_ = std::jthread([this, all, on_progress](const std::stop_token& stop) {
      std::unique_lock lock(mutex_);
      while (!ended_.wait_for(lock, stop, look_every, [] { return false; }) && !stop.stop_requested())
        on_progress("bytes copied", std::min(bytes_in(folder_), all), all);
    });
  }

 private:
  static constexpr std::chrono::milliseconds look_every{200};

  const fs::path folder_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread looking_;  // Last: it is joined first.
};

BackupManifest read_log_manifest(const fs::path& folder, std::uint32_t number) {
  const ManifestLines lines = read_manifest(manifest_of(folder, number), log_title);
  BackupManifest out{.number = number,
                     .head = {.position = number_in(lines, "position"), .root = {}},
                     .format = static_cast<std::uint32_t>(number_in(lines, "format")),
                     .made_at = {},
                     .archived = lines.contains("archived") ? number_in(lines, "archived") : 0,
                     .witnessed = lines.contains("witnessed") ? number_in(lines, "witnessed") : 0};
  const auto root = from_hex(text_in(lines, "root"));
  const auto made_at = Timestamp::parse(text_in(lines, "made_at"));
  if (!root || root->size() != out.head.root.size() || !made_at || number_in(lines, "number") != number)
    throw BackupDamaged(fmt::format("{}: says what no backup says; use another backup", manifest_of(folder, number).string()));
  std::ranges::copy(*root, out.head.root.begin());
  out.made_at = *made_at;
  return out;
}

// Of the engine's, by what their manifest says: none where it was cut off.
std::vector<std::uint32_t> with_manifest(const fs::path& folder) {
  if (!holds_log_backups(folder))
    throw NoBackup(fmt::format("{}: there are no backups of a log; name the folder that `muniment backup log` was given", folder.string()));
  std::vector<std::uint32_t> out = log_backups(engine_folder(folder));
  std::erase_if(out, [&](std::uint32_t number) { return !fs::exists(manifest_of(folder, number)); });
  return out;
}

}  // namespace

bool is_within(const fs::path& folder, const fs::path& other) {
  const fs::path relative = fs::weakly_canonical(folder).lexically_relative(fs::weakly_canonical(other));
  return !relative.empty() && *relative.begin() != "..";
}

// Of two logs the newest backup would be that of either. A log keeps the first key that it ever had, whatever was rotated since. Who
// restores on another machine needs the keys, which are public.
void claim_backup_folder(const fs::path& folder, const Store& store) {
  require_elsewhere(folder, store);
  make_private_folder(folder);
  if (fs::exists(folder / "tile"))
    throw FolderTaken(fmt::format("{} has an archive or an export of a log, and backups are pruned: name another folder", folder.string()));
  const fs::path keys = folder / "log.vkey";
  if (fs::exists(keys)) {
    const VerifierKey first = read_public_log_keys(folder).back();
    if (first != store.log_keys().oldest())
      throw FolderTaken(fmt::format("{} has the backups of another log, {}: name another folder", folder.string(), first.text()));
  }
  replace_file(keys, read_whole_file(store.folder() / "log.vkey"));
}

BackupManifest back_up_log(Store& store, const fs::path& folder, const std::stop_token& stop, const OnProgress& on_progress) {
  RocksLog& log = store.log_in_folder("a backup of the log");
  claim_backup_folder(folder, store);
  // Before the log: what it covers is in the log then.
  const std::optional<std::string> cosigned = read_file_if_any(store.folder() / "cosigned");
  BackupManifest out{.number = 0, .head = log.head(0), .format = store.marker().format, .made_at = system_now()};
  out.number = back_up_log(log, engine_folder(folder), stop, on_progress);
  ManifestLines lines{{"number", std::to_string(out.number)},
                      {"position", std::to_string(out.head.position)},
                      {"root", to_hex(out.head.root)},
                      {"format", std::to_string(out.format)},
                      {"made_at", out.made_at.text()}};
  out.archived = log.archived();
  if (out.archived > 0) lines.emplace("archived", std::to_string(out.archived));
  const auto witnessed = store.log_keys().open(cosigned.value_or(""));
  if (witnessed && witnessed->size <= out.head.position) {
    out.witnessed = witnessed->size;
    replace_file(cosigned_in_backup(folder, out.number), *cosigned);
    lines.emplace("witnessed", std::to_string(out.witnessed));
  }
  write_manifest(manifest_of(folder, out.number), log_title, lines);
  return out;
}

bool holds_log_backups(const fs::path& folder) { return fs::exists(engine_folder(folder)); }

std::vector<BackupManifest> backups_in(const fs::path& folder) {
  std::vector<BackupManifest> out;
  for (const std::uint32_t number : with_manifest(folder)) {
    try {
      out.push_back(read_log_manifest(folder, number));
    } catch (const BackupDamaged&) {  // damaged_backups_in() tells.
    }
  }
  return out;
}

std::vector<DamagedBackup> damaged_backups_in(const fs::path& folder) {
  std::vector<DamagedBackup> out;
  for (const std::uint32_t number : with_manifest(folder)) {
    try {
      read_log_manifest(folder, number);
    } catch (const BackupDamaged& damage) {
      out.push_back({number, damage.what()});
    }
  }
  return out;
}

// A manifest goes before its backup: what is left of a removal that is cut off counts as a backup that was, and goes the next time.
void keep_newest_backups(const fs::path& folder, std::uint32_t count) {
  MUNIMENT_ASSERT(count > 0);
  const std::vector<BackupManifest> whole = backups_in(folder);
  for (std::size_t i = 0; i + count < whole.size(); ++i) {
    fs::remove(manifest_of(folder, whole[i].number));
    fs::remove(cosigned_in_backup(folder, whole[i].number));
  }
  sync_folder(folder);
  std::vector<std::uint32_t> gone = log_backups(engine_folder(folder));
  std::erase_if(gone, [&](std::uint32_t number) { return fs::exists(manifest_of(folder, number)); });
  forget_log_backups(engine_folder(folder), gone);
}

fs::path cosigned_in_backup(const fs::path& folder, std::uint32_t number) { return folder / fmt::format("cosigned-{:06}", number); }

fs::path database_in_vault_backup(const fs::path& folder) { return folder / "vault"; }

VaultManifest back_up_vault(Store& store, const fs::path& folder, std::uint32_t number, const OnProgress& on_progress) {
  require_elsewhere(folder, store);
  if (fs::exists(folder)) throw FolderTaken(fmt::format("{} exists already: name a new folder for the vault's backup", folder.string()));
  make_private_folder(folder);
  // Before what it is copied with: the copy may have carried out more, and does it again then.
  VaultManifest out{.epoch = to_hex(store.vault().epoch()),
                    .erasures = erasures_carried_out(store.log(), store.vault().erasures_done()),
                    .made_at = system_now(),
                    .number = number};
  {
    const CopyWatch watch(folder, bytes_in(store.folder() / "vault"), on_progress);
    store.vault().back_up(database_in_vault_backup(folder));
  }
  write_manifest(folder / vault_manifest_name, vault_title,
                 {{"epoch", out.epoch},
                  {"erasures", std::to_string(out.erasures)},
                  {"made_at", out.made_at.text()},
                  {"number", std::to_string(out.number)}});
  return out;
}

bool is_whole_vault_backup(const fs::path& folder) { return fs::exists(folder / vault_manifest_name); }

VaultManifest vault_manifest_in(const fs::path& folder) {
  if (!fs::exists(database_in_vault_backup(folder)))
    throw NoBackup(fmt::format("{}: there is no backup of a vault; name the folder that `muniment backup vault` made", folder.string()));
  if (!is_whole_vault_backup(folder))
    throw BackupDamaged(fmt::format("{}: was cut off while it was made; use another backup", folder.string()));
  const ManifestLines lines = read_manifest(folder / vault_manifest_name, vault_title);
  const auto made_at = Timestamp::parse(text_in(lines, "made_at"));
  if (!made_at) throw BackupDamaged(fmt::format("{}: says what no backup says; use another backup", folder.string()));
  return {.epoch = text_in(lines, "epoch"),
          .erasures = number_in(lines, "erasures"),
          .made_at = *made_at,
          .number = static_cast<std::uint32_t>(number_in(lines, "number"))};
}

}  // namespace muniment
