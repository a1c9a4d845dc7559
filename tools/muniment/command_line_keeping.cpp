// Subcommands that keep a store: rebuild, stats, services, repair, upgrade, migrate, backup, restore, keys.
#include "tools/muniment/command_line.h"

namespace muniment {

void CommandLine::add_keeping() {
  CLI::App* rebuild = app_.add_subcommand("rebuild", "Build views anew from the log");
  rebuild->add_option("projection", rebuild_.projections, "Which (default: all)")
      ->check(CLI::IsMember({"roster", "access", "trail", "findings"}));
  rebuild->add_flag("--dry-run", rebuild_.is_dry_run, "Say what would be done");
  choose(rebuild, rebuild_, run_rebuild);

  CLI::App* stats = app_.add_subcommand("stats", "What the store holds, its bytes on disk and how far its views are");
  add_output(stats, stats_.format);
  add_without_vault(stats, stats_.without_vault);
  choose(stats, stats_, run_stats);

  CLI::App* services = app_.add_subcommand("services", "The catalogue of services");
  add_question(services, services_, true);
  choose(services, services_, run_services);

  CLI::App* repair = app_.add_subcommand("repair", "The last resort where something is damaged and there is no backup");
  repair->require_subcommand(1);
  repair->fallthrough();
  CLI::App* vault = repair->add_subcommand("vault", "Say whether the vault is damaged; open it without its newest entries");
  vault->add_flag("--accept-loss", repair_vault_.accepts_loss, "Open it without what is damaged and all that was written after it");
  vault->add_flag("--dry-run", repair_vault_.is_dry_run, "List whose key --accept-loss would cost; nothing is changed");
  add_output(vault, repair_vault_.format);
  choose(vault, repair_vault_, run_repair_vault);

  CLI::App* upgrade = app_.add_subcommand("upgrade", "Raise the store's format to this program's");
  upgrade->add_flag("--dry-run", upgrade_.is_dry_run, "Say what would be done");
  choose(upgrade, upgrade_, run_upgrade);
}

void CommandLine::add_migrate() {
  CLI::App* migrate = app_.add_subcommand("migrate", "Move the log of a store, or its vault, into a database, or back");
  migrate
      ->add_option("--from", migrate_.from,
                   "The store's folder, or the database that has its log or vault: postgres://user@host:port/database")
      ->required()
      ->type_name("DIR|URL");
  migrate->add_option("--to", migrate_.to, "The other one; a database has none yet, or what a run before this one moved")
      ->required()
      ->type_name("DIR|URL");
  migrate->add_flag("--vault", migrate_.is_vault, "The vault instead of the log; it needs a database of its own");
  migrate->add_flag("--dry-run", migrate_.is_dry_run, "Say what would be moved");
  choose(migrate, migrate_, run_migrate);
}

void CommandLine::add_backup() {
  CLI::App* backup = app_.add_subcommand("backup", "Back up the log, or the vault");
  backup->require_subcommand(1);
  backup->fallthrough();
  CLI::App* log = backup->add_subcommand("log", "One more backup of the log, of what was written since the one before");
  log->add_option("folder", backup_log_.folder, "The folder of backups, not in the store's; with --server it is the node's own")
      ->type_name("DIR");
  add_number(log, "--keep", backup_log_.keep, 1, "Forget all but so many of the newest (default: none)");
  log->add_flag("--dry-run", backup_log_.is_dry_run, "Say what would be done");
  choose(log, backup_log_, run_backup_log);
  CLI::App* vault = backup->add_subcommand("vault", "A backup of the vault; the epoch key is not in it");
  vault
      ->add_option("folder", backup_vault_.folder,
                   "A new folder, not in the store's and apart from the log's backups; with --server it is the node's own")
      ->type_name("DIR");
  vault->add_flag("--dry-run", backup_vault_.is_dry_run, "Say what would be done");
  choose(vault, backup_vault_, run_backup_vault);
  CLI::App* list = backup->add_subcommand("list", "The backups of a log that are in a folder");
  list->add_option("folder", backup_list_.folder, "The folder of backups")->required()->type_name("DIR");
  add_output(list, backup_list_.format);
  choose(list, backup_list_, run_backup_list);
}

void CommandLine::add_restore() {
  CLI::App* restore = app_.add_subcommand("restore", "Put the log or the vault back from a backup, once it is verified");
  restore->require_subcommand(1);
  restore->fallthrough();
  CLI::App* log = restore->add_subcommand("log", "The log, into the store or a new folder; what was there is kept beside it");
  log->add_option("folder", restore_log_.folder, "The folder of backups")->required()->type_name("DIR");
  add_number(log, "--number", restore_log_.number, 1, "Which backup (default: the newest, or the first that has the position)");
  add_number(log, "--position", restore_log_.position, 1, "Up to here and no further (default: all that the backup has)");
  log->add_option("--accept-loss", restore_log_.accepted_loss, "Why durable events that the backup does not have may be lost; recorded")
      ->type_name("WORDS");
  log->add_option("--checkpoint", restore_log_.checkpoints,
                  "A checkpoint that was kept elsewhere; the backup has to continue it; repeatable")
      ->type_name("FILE");
  log->add_option("--archive", restore_log_.archive, "The archive that has what the backup has not (default: the store's)")
      ->type_name("DIR");
  log->add_flag("--dry-run", restore_log_.is_dry_run, "Say what would be restored and lost");
  choose(log, restore_log_, run_restore_log);
  CLI::App* vault = restore->add_subcommand("vault", "The vault; what was erased later is erased again");
  vault->add_option("folder", restore_vault_.folder, "The vault's backup")->required()->type_name("DIR");
  vault->add_flag("--dry-run", restore_vault_.is_dry_run, "Say what would be restored, and whether the epoch key opens it");
  choose(vault, restore_vault_, run_restore_vault);
}

void CommandLine::add_keys() {
  CLI::App* keys = app_.add_subcommand("keys", "The log's key, which signs its checkpoints, and the epoch key, which opens the vault");
  keys->require_subcommand(1);
  keys->fallthrough();
  CLI::App* log_key =
      keys->add_subcommand("rotate", "Sign the log's checkpoints with a new key, for a time with both; recorded in the log");
  log_key->add_option("--log-key", rotate_log_key_.log_key, "The former key's file (default: the store's)")->type_name("FILE");
  log_key
      ->add_option("--new-key", rotate_log_key_.new_key,
                   "A key that you made, PEM or the URI of one in a PKCS#11 token (default: one is made)")
      ->type_name("FILE");
  add_number(log_key, "--both-days", rotate_log_key_.both_days, 0,
             "For how many days both keys sign (default: 30); 0: the former signs the first checkpoint of the new one alone");
  log_key->add_flag("--dry-run", rotate_log_key_.is_dry_run, "Say what would be done");
  choose(log_key, rotate_log_key_, run_rotate_log_key);
  CLI::App* rotate = keys->add_subcommand("rotate-epoch", "Wrap all keys by a new one and destroy the former: erasures are complete then");
  rotate->add_option("--epoch-key", rotate_epoch_.epoch_key, "The key's file, which the new one takes the place of (default: the store's)")
      ->type_name("FILE");
  rotate->add_flag("--dry-run", rotate_epoch_.is_dry_run, "Say what would be done, and by when it is due");
  choose(rotate, rotate_epoch_, run_rotate_epoch);
  CLI::App* drill = keys->add_subcommand("drill", "Show that a copy in escrow opens the vault, or a backup of it; changes nothing");
  drill->add_option("--epoch-key", drill_.epoch_key, "The copy")->required()->type_name("FILE");
  drill->add_option("--vault-backup", drill_.vault_backup, "What it has to open (default: the store's vault)")->type_name("DIR");
  choose(drill, drill_, run_drill);
}

}  // namespace muniment
