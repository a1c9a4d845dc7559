// muniment backup: of the log, of the vault, and what there is.
#include <fmt/format.h>

#include "tools/muniment/open_store.h"
#include "tools/store/backup.h"

namespace muniment {

ExitCode run_backup_log(const BackupLogFlags& flags, Console& console) {
  return with_store(flags.store, "backup log", [&](Store& store) {
    if (flags.is_dry_run) {
      console.note(fmt::format("dry run: would back up positions 1 to {} to {}", store.log().head(0).position, flags.folder.string()));
      return ExitCode::ok;
    }
    const BackupManifest made = back_up_log(store, flags.folder);
    if (flags.keep > 0) keep_newest_backups(flags.folder, static_cast<std::uint32_t>(flags.keep));
    console.note(fmt::format("backup {}: positions 1 to {}, root {}", made.number, made.head.position, to_hex(made.head.root)));
    return ExitCode::ok;
  });
}

ExitCode run_backup_vault(const BackupVaultFlags& flags, Console& console) {
  return with_store(flags.store, "backup vault", [&](Store& store) {
    if (flags.is_dry_run) {
      console.note(fmt::format("dry run: would back the vault up to {}", flags.folder.string()));
      return ExitCode::ok;
    }
    const VaultManifest made = back_up_vault(store, flags.folder);
    console.note(fmt::format("backup of the vault: opened by epoch key {}, until that is rotated", made.epoch));
    return ExitCode::ok;
  });
}

ExitCode run_backup_list(const BackupListFlags& flags, Console& console) {
  RowWriter rows(flags.format,
                 {{"number", Column::Kind::number}, {"position", Column::Kind::number}, {"made_at", Column::Kind::time}, {"root"}},
                 console.out, console.has_color);
  for (const BackupManifest& one : backups_in(flags.folder)) {
    rows.add({std::uint64_t{one.number}, one.head.position, one.made_at.text(), to_hex(one.head.root)});
  }
  rows.finish({});
  return ExitCode::ok;
}

}  // namespace muniment
