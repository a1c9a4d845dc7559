// muniment repair vault: the last resort for a vault whose newest entries are damaged, where no backup has them.
#include <fmt/format.h>

#include "events/vault/vault_error.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

ExitCode say_whether_it_is_damaged(const RepairVaultFlags& flags, const Console& console) {
  try {
    with_store(flags.store, "repair vault", console, [](Store&) { return ExitCode::ok; });
  } catch (const VaultDamaged& damage) {
    console.error(damage.what());
    console.note(
        "where there is no backup: `muniment repair vault --accept-loss` opens it without what is damaged and all that was written after "
        "it; with --dry-run it lists whose key that would cost. Names, PINs and credentials whose key is among that are lost for good; the "
        "log keeps every event");
    return ExitCode::integrity;
  }
  console.note("nothing to repair: the vault opens");
  return ExitCode::ok;
}

// The accounts of the log whose key the vault does not have.
std::uint64_t list_lost(const RepairVaultFlags& flags, Store& store, const Console& console) {
  const Position head = store.log().head(only_partition).position;
  RowWriter rows(flags.format, {{"username"}, {"account"}}, console.out, console.has_color);
  {
    Progress progress(console, "events", head);
    store.log().read(only_partition, 1, head, [&](Position position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      progress.at(position);
      if (!event.getFact().isAccountCreated() && !event.getFact().isSubordinateCreated()) return true;
      const AccountId account = account_id_of(event);
      if (!store.vault().account_key(account)) rows.add({std::string{text_of(event.getUsername())}, account.hex()});
      return true;
    });
  }
  rows.finish({{"true_of", head}});
  return rows.rows();
}

// On a copy of the vault, which is gone afterwards.
ExitCode rehearse(const RepairVaultFlags& flags, const Console& console) {
  const ExitCode code = say_whether_it_is_damaged(flags, console);
  return with_store(
      flags.store, "repair vault", console,
      [&](Store& store) {
        const std::uint64_t lost = list_lost(flags, store, console);
        console.note(fmt::format("dry run: would open the vault without what is damaged; {} accounts would have no key there", lost));
        return code;
      },
      {.rehearses = true, .accepts_damaged_vault = true});
}

ExitCode accept_loss(const RepairVaultFlags& flags, const Console& console) {
  return with_store(
      flags.store, "repair vault", console,
      [&](Store& store) {
        console.note(fmt::format("the vault opens; {} accounts have no key there any more", list_lost(flags, store, console)));
        return ExitCode::ok;
      },
      {.accepts_damaged_vault = true});
}

}  // namespace

ExitCode run_repair_vault(const RepairVaultFlags& flags, Console& console) {
  if (flags.is_dry_run) return rehearse(flags, console);
  return flags.accepts_loss ? accept_loss(flags, console) : say_whether_it_is_damaged(flags, console);
}

}  // namespace muniment
