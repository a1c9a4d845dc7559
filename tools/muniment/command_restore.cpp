// muniment restore: a store's log or its vault, from a backup.
#include <fmt/format.h>

#include "events/values/text.h"
#include "events/vault/rotation.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/store/restore.h"

namespace muniment {
namespace {

std::string whoever_types() { return "operator:" + login_name(); }

// They are recorded for ever, so they are looked at before anything is touched.
std::string words_of(const std::string& typed) {
  auto words = normalized(typed);
  if (!words || code_points(*words) > statement_characters_max || (words->empty() && !typed.empty())) {
    throw CliError(ExitCode::usage,
                   fmt::format("--accept-loss: expected up to {} characters, without control characters such as line feeds",
                               statement_characters_max));
  }
  return std::move(*words);
}

std::string loss_of(const RestoredLog& restored) {
  if (restored.former.position == 0) return "nothing that is known to have been durable is lost";
  return fmt::format("positions {} to {} are lost", restored.head + 1, restored.former.position);
}

void say_what_is_not_known(const RestoredLog& restored, const Console& console) {
  for (const std::string& one : restored.unreadable) console.note(fmt::format("what it said of later events is not known: {}", one));
}

void say_what_was_set_aside(const Folder& aside, const Console& console) {
  if (!aside.empty()) console.note(fmt::format("what was there before is in {}: remove it once nobody needs it", aside.string()));
}

}  // namespace

ExitCode run_restore_log(const RestoreLogFlags& flags, Console& console) {
  require_store_named(flags.store);
  const LogRestore restore{.backup = flags.folder,
                           .number = flags.number,
                           .position = flags.position,
                           .statement = words_of(flags.accepted_loss),
                           .checkpoints = {flags.checkpoints.begin(), flags.checkpoints.end()},
                           .requested_by = whoever_types(),
                           .archive = flags.archive};
  if (flags.is_dry_run) {
    const RestoredLog plan = plan_restore(flags.store, restore);
    console.note(fmt::format("dry run: would restore backup {} up to position {}; {}", plan.from.number, plan.head, loss_of(plan)));
    say_what_is_not_known(plan, console);
    return ExitCode::ok;
  }
  ProgressOfWork progress(console);
  const RestoredLog restored = restore_store(flags.store, restore, options_for("restore log", {.on_progress = progress.hook()}));
  progress.end();
  console.note(fmt::format("restored from backup {} up to position {}, verified; {}. Recorded as store_restored; the views are built again",
                           restored.from.number, restored.head, loss_of(restored)));
  say_what_is_not_known(restored, console);
  say_what_was_set_aside(restored.set_aside, console);
  return ExitCode::ok;
}

ExitCode run_restore_vault(const RestoreVaultFlags& flags, Console& console) {
  require_store_named(flags.store);
  ProgressOfWork progress(console);
  const StoreOptions options = options_for("restore vault", {.on_progress = progress.hook()});
  if (flags.is_dry_run) {
    const VaultManifest from = vault_manifest_in(flags.folder);
    const Folder key = options.epoch_key_file.empty() ? flags.store / "keys" / "epoch.key" : options.epoch_key_file;
    const std::size_t accounts = drill_epoch_key(database_in_vault_backup(flags.folder), read_epoch_key(key), options.on_progress);
    progress.end();
    console.note(
        fmt::format("dry run: would restore the vault of {}: {} accounts have a key in it, and all open", from.made_at.text(), accounts));
    return ExitCode::ok;
  }
  const RestoredVault restored = restore_vault(flags.store, flags.folder, whoever_types(), options);
  progress.end();
  console.note(
      fmt::format("restored the vault of {}: {} accounts have a key; {} later erasures were carried out again. Recorded as "
                  "store_restored; the views are built again",
                  restored.from.made_at.text(), restored.accounts, restored.erasures));
  say_what_was_set_aside(restored.set_aside, console);
  return ExitCode::ok;
}

}  // namespace muniment
