// muniment backup: of the log, of the vault, and what there is.
#include <fmt/format.h>

#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/remote_node.h"
#include "tools/store/vault_backups.h"

namespace muniment {
namespace {

constexpr std::chrono::hours remote_time_max{6};  // As long as a node takes for it.

// The node backs up to where its configuration says, and keeps as many as that says.
void require_no_flags_of_a_store(const Folder& folder, bool has_others) {
  if (!folder.empty() || has_others)
    throw CliError(ExitCode::usage,
                   "with --server neither DIR nor another flag: the node's configuration says where, and how many are kept");
}

void require_folder(const Folder& folder) {
  if (folder.empty()) throw CliError(ExitCode::usage, "name the folder that the backup goes into: DIR");
}

ExitCode ask_node(const ServerFlags& server, const std::string& route, const Console& console) {
  console.out << RemoteNode(server, remote_time_max).post(route) << std::flush;
  require_written(console.out);
  return ExitCode::ok;
}

void say_what_is_damaged(const std::vector<DamagedBackup>& damaged, const Console& console) {
  for (const DamagedBackup& one : damaged) console.note(one.what);
}

void list_log_backups(const BackupListFlags& flags, const Console& console) {
  const std::vector<BackupManifest> all = backups_in(flags.folder);
  RowWriter rows(flags.format,
                 {{"number", Column::Kind::number},
                  {"position", Column::Kind::number},
                  {"made_at", Column::Kind::time},
                  {"root"},
                  {"archived", Column::Kind::number}},
                 console.out, console.has_color);
  for (const BackupManifest& one : all)
    rows.add({std::uint64_t{one.number}, one.head.position, one.made_at.text(), to_hex(one.head.root),
              one.archived == 0 ? Cell{} : Cell{one.archived}});
  rows.finish({});
  say_what_is_damaged(damaged_backups_in(flags.folder), console);
}

// Of a folder that keeps several, or of one alone.
void list_vault_backups(const BackupListFlags& flags, const Console& console) {
  std::vector<KeptVaultBackup> all = vault_backups_in(flags.folder);
  if (is_whole_vault_backup(flags.folder)) all.push_back({flags.folder, vault_manifest_in(flags.folder)});
  const std::vector<DamagedBackup> damaged = damaged_vault_backups_in(flags.folder);
  if (all.empty() && damaged.empty())
    throw NoBackup(fmt::format("{}: there are no backups, neither of a log nor of a vault; name the folder that they were made in",
                               flags.folder.string()));
  RowWriter rows(flags.format, {{"name"}, {"made_at", Column::Kind::time}, {"epoch"}, {"erasures", Column::Kind::number}}, console.out,
                 console.has_color);
  for (const KeptVaultBackup& one : all)
    rows.add({one.folder.filename().string(), one.manifest.made_at.text(), one.manifest.epoch, one.manifest.erasures});
  rows.finish({});
  say_what_is_damaged(damaged, console);
}

}  // namespace

ExitCode run_backup_log(const BackupLogFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    require_no_flags_of_a_store(flags.folder, flags.keep > 0 || flags.is_dry_run);
    return ask_node(flags.server, "/v1/backups/log", console);
  }
  require_folder(flags.folder);
  return with_store(flags.store, "backup log", console, [&](Store& store) {
    if (flags.is_dry_run) {
      console.note(fmt::format("dry run: would back up positions 1 to {} to {}", store.log().head(0).position, flags.folder.string()));
      return ExitCode::ok;
    }
    ProgressOfWork progress(console);
    const BackupManifest made = back_up_log(store, flags.folder, {}, progress.hook());
    progress.end();
    if (flags.keep > 0) keep_newest_backups(flags.folder, flags.keep);
    say_what_is_damaged(damaged_backups_in(flags.folder), console);
    console.note(fmt::format("backup {}: positions 1 to {}, root {}", made.number, made.head.position, to_hex(made.head.root)));
    if (made.archived > 0)
      console.note(fmt::format("not in it: the records of positions 1 to {}, which are in the archive {}; copy that too", made.archived,
                               read_archive_folder(store.folder()).string()));
    return ExitCode::ok;
  });
}

ExitCode run_backup_vault(const BackupVaultFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    require_no_flags_of_a_store(flags.folder, flags.is_dry_run);
    return ask_node(flags.server, "/v1/backups/vault", console);
  }
  require_folder(flags.folder);
  return with_store(flags.store, "backup vault", console, [&](Store& store) {
    if (flags.is_dry_run) {
      console.note(fmt::format("dry run: would back the vault up to {}", flags.folder.string()));
      return ExitCode::ok;
    }
    ProgressOfWork progress(console);
    const VaultManifest made = back_up_vault(store, flags.folder, 0, progress.hook());
    progress.end();
    console.note(fmt::format("backup of the vault: opened by epoch key {}, until that is rotated", made.epoch));
    return ExitCode::ok;
  });
}

ExitCode run_backup_list(const BackupListFlags& flags, Console& console) {
  if (holds_log_backups(flags.folder)) {
    list_log_backups(flags, console);
  } else {
    list_vault_backups(flags, console);
  }
  return ExitCode::ok;
}

}  // namespace muniment
