// muniment migrate: the log of a store, or its vault, into a database, or from there into the store's folder.
#include <fmt/format.h>

#include "events/postgres/postgres_url.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/store/log_move.h"
#include "tools/store/vault_move.h"

namespace muniment {
namespace {

void tell(const LogMoved& moved, const std::string& to, const Console& console) {
  console.note(fmt::format("moved positions 1 to {} to {}, root {}{}", moved.head.position, to, to_hex(moved.head.root),
                           moved.already == 0 ? "" : fmt::format("; {} were there from a run before", moved.already)));
  console.note(
      fmt::format("read again: the root is the log's, and at position {} that of its newest checkpoint; with it went {} checkpoints "
                  "and {} time stamps",
                  moved.checkpoint_size, moved.checkpoints, moved.time_stamps));
  if (!moved.kept.empty()) console.note(fmt::format("kept as it was, until you remove it: {}", moved.kept.string()));
}

ExitCode migrate_log(const LogMoveOptions& options, bool is_to_database, const std::string& to, ProgressOfWork& progress,
                     Console& console) {
  const LogMoved moved = is_to_database ? move_log_to_database(options) : move_log_to_folder(options);
  progress.end();
  if (options.is_dry_run) {
    console.note(fmt::format("dry run: would move positions {} to {} to {}", moved.already + 1, moved.head.position, to));
    return ExitCode::ok;
  }
  tell(moved, to, console);
  return ExitCode::ok;
}

ExitCode migrate_vault(const VaultMoveOptions& options, bool is_to_database, const std::string& to, ProgressOfWork& progress,
                       Console& console) {
  const VaultMoved moved = is_to_database ? move_vault_to_database(options) : move_vault_to_folder(options);
  progress.end();
  if (options.is_dry_run) {
    console.note(fmt::format("dry run: would move the vault, {} entries, to {}", moved.entries, to));
    return ExitCode::ok;
  }
  console.note(fmt::format("moved the vault to {}: {} entries, read again and compared", to, moved.entries));
  if (!moved.kept.empty()) {
    console.note(
        fmt::format("kept as it was: {}; remove it soon, for it has the keys of everybody who is erased from now on", moved.kept.string()));
  }
  if (!is_to_database) console.note("removed from the database; drop that, and its backups too: they have keys of everybody");
  return ExitCode::ok;
}

}  // namespace

ExitCode run_migrate(const MigrateFlags& flags, Console& console) {
  const bool is_to_database = is_postgres_url(flags.to);
  if (is_to_database == is_postgres_url(flags.from))
    throw CliError(ExitCode::usage,
                   "name a store's folder and a database: --from DIR --to postgres://..., or --from postgres://... --to DIR");
  ProgressOfWork progress(console);
  const std::string store = is_to_database ? flags.from : flags.to;
  const std::string url = is_to_database ? flags.to : flags.from;
  const std::string to = is_to_database ? PostgresUrl(url).shown() : store;
  if (flags.is_vault) {
    return migrate_vault({.store = store, .url = url, .is_dry_run = flags.is_dry_run, .on_progress = progress.hook()}, is_to_database, to,
                         progress, console);
  }
  return migrate_log({.store = store, .url = url, .is_dry_run = flags.is_dry_run, .on_progress = progress.hook()}, is_to_database, to,
                     progress, console);
}

}  // namespace muniment
