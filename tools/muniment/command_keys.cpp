// muniment keys: the log's key, which signs its checkpoints, and the epoch key, which opens the vault.
#include <fmt/format.h>

#include "events/vault/rotation.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/store/backup.h"
#include "tools/store/epoch_rotation.h"
#include "tools/store/log_key_handover.h"
#include "tools/store/vault_place.h"

namespace muniment {

ExitCode run_rotate_log_key(const RotateLogKeyFlags& flags, Console& console) {
  require_store_named(flags.store);
  constexpr std::uint64_t days_max = 3650;
  if (flags.both_days > days_max) throw CliError(ExitCode::usage, fmt::format("--both-days: expected at most {}", days_max));
  ProgressOfWork progress(console);
  StoreOptions options = options_for("keys rotate", {.on_progress = progress.hook()});
  if (!flags.log_key.empty()) options.log_key_file = flags.log_key;
  if (flags.is_dry_run) {
    Store store(flags.store, options);
    progress.end();
    console.note(fmt::format("dry run: would make a new key for the checkpoints of {}, record it and sign with both for {} days",
                             store.log_key().text(), flags.both_days));
    store.close();
    return ExitCode::ok;
  }
  const LogKeyRotation rotation = rotate_log_key(flags.store,
                                                 {.both_for = std::chrono::days{static_cast<int>(flags.both_days)},
                                                  .requested_by = "operator:" + login_name(),
                                                  .new_key = flags.new_key},
                                                 options);
  progress.end();
  console.out << rotation.current.text() << std::endl;
  console.note(
      fmt::format("that is the log's key from event {} on, which records it; give it to whoever checks the log, and to its witnesses. "
                  "{} signs too until {}",
                  rotation.position, rotation.former.text(), rotation.both_until.text()));
  console.note(fmt::format("the new key is in {}: put a copy where the former one's is", (flags.store / "keys" / "log.key").string()));
  return ExitCode::ok;
}

ExitCode run_rotate_epoch(const RotateEpochFlags& flags, Console& console) {
  require_store_named(flags.store);
  ProgressOfWork progress(console);
  StoreOptions options = options_for("keys rotate-epoch", {.on_progress = progress.hook()});
  if (!flags.epoch_key.empty()) options.epoch_key_file = flags.epoch_key;
  if (flags.is_dry_run) {
    Store store(flags.store, options);
    progress.end();
    console.note(
        fmt::format("dry run: would wrap all keys by a new epoch key and destroy {}; that is due by {}, and until then erasures are not "
                    "complete in copies of the vault",
                    to_hex(store.vault().epoch()), epoch_ends_at(store.log()).text()));
    store.close();
    return ExitCode::ok;
  }
  const EpochRotation rotated = rotate_epoch(flags.store, options);
  progress.end();
  console.note(
      fmt::format("epoch key {} is destroyed, and {} takes its place; {} keys were wrapped anew. All erasures until now, {}, are "
                  "complete: no copy of the vault from before opens any more",
                  rotated.former, rotated.current, rotated.accounts, rotated.erasures));
  console.note(
      fmt::format("now make a new backup of the vault, put a copy of the new key in escrow and destroy the one of the former; the next "
                  "rotation is due by {}",
                  rotated.next_due.text()));
  return ExitCode::ok;
}

namespace {

// What was opened, and how many accounts have a key there.
std::pair<std::string, std::size_t> drill(const DrillFlags& flags, const EpochKey& copy, Console& console) {
  ProgressOfWork progress(console);
  if (flags.vault_backup.empty()) require_store_named(flags.store);
  const std::string url = flags.vault_backup.empty() ? read_vault_url(flags.store) : std::string{};
  if (url.empty()) {
    const Folder vault = flags.vault_backup.empty() ? vault_folder_of(flags.store) : database_in_vault_backup(flags.vault_backup);
    return {vault.string(), drill_epoch_key(vault, copy, progress.hook())};
  }
  const auto entries = open_vault_entries(flags.store, {.reads_only = true});
  return {entries->where(), drill_epoch_key(*entries, copy, progress.hook())};
}

}  // namespace

ExitCode run_drill(const DrillFlags& flags, Console& console) {
  const EpochKey copy = read_epoch_key(flags.epoch_key);
  const auto [vault, accounts] = drill(flags, copy, console);
  console.note(
      fmt::format("this copy, of epoch key {}, opens {}: everything in it, and the keys of {} accounts", to_hex(copy.id), vault, accounts));
  return ExitCode::ok;
}

}  // namespace muniment
