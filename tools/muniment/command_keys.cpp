// muniment keys: the epoch key, which opens the vault.
#include <fmt/format.h>

#include "events/vault/rotation.h"
#include "tools/muniment/open_store.h"
#include "tools/store/epoch_rotation.h"

namespace muniment {

ExitCode run_rotate_epoch(const RotateEpochFlags& flags, Console& console) {
  require_store_named(flags.store);
  StoreOptions options = options_for("keys rotate-epoch");
  if (!flags.epoch_key.empty()) options.epoch_key_file = flags.epoch_key;
  if (flags.is_dry_run) {
    Store store(flags.store, options);
    console.note(
        fmt::format("dry run: would wrap all keys by a new epoch key and destroy {}; that is due by {}, and until then erasures are not "
                    "complete in copies of the vault",
                    to_hex(store.vault().epoch()), epoch_ends_at(store.log()).text()));
    store.close();
    return ExitCode::ok;
  }
  const EpochRotation rotated = rotate_epoch(flags.store, options);
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

ExitCode run_drill(const DrillFlags& flags, Console& console) {
  Folder vault = flags.store / "vault";
  if (flags.vault_backup.empty()) {
    require_store_named(flags.store);
  } else {
    vault = flags.vault_backup / "vault";
  }
  const EpochKey copy = read_epoch_key(flags.epoch_key);
  const std::size_t accounts = drill_epoch_key(vault, copy);
  console.note(fmt::format("this copy, of epoch key {}, opens {}: everything in it, and the keys of {} accounts", to_hex(copy.id),
                           vault.string(), accounts));
  return ExitCode::ok;
}

}  // namespace muniment
