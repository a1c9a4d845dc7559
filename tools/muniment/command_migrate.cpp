// muniment migrate: the log of a store into a database, or from there into the store's folder.
#include <fmt/format.h>

#include "events/log/postgres_url.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/store/log_move.h"

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

}  // namespace

ExitCode run_migrate(const MigrateFlags& flags, Console& console) {
  const bool is_to_database = is_postgres_url(flags.to);
  if (is_to_database == is_postgres_url(flags.from))
    throw CliError(ExitCode::usage,
                   "name a store's folder and a database: --from DIR --to postgres://..., or --from postgres://... --to DIR");
  ProgressOfWork progress(console);
  const LogMoveOptions options{.store = is_to_database ? flags.from : flags.to,
                               .url = is_to_database ? flags.to : flags.from,
                               .is_dry_run = flags.is_dry_run,
                               .on_progress = progress.hook()};
  const LogMoved moved = is_to_database ? move_log_to_database(options) : move_log_to_folder(options);
  progress.end();
  const std::string to = is_to_database ? PostgresUrl(options.url).shown() : options.store.string();
  if (flags.is_dry_run) {
    console.note(fmt::format("dry run: would move positions {} to {} to {}", moved.already + 1, moved.head.position, to));
    return ExitCode::ok;
  }
  tell(moved, to, console);
  return ExitCode::ok;
}

}  // namespace muniment
