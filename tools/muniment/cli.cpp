#include "tools/muniment/cli.h"

#include <fmt/format.h>

#include "aggregates/unknown_fact.h"
#include "commands/sequencer.h"
#include "events/log/durable_head.h"
#include "events/log/event_log.h"
#include "events/postgres/postgres_url.h"
#include "events/proof/checkpoint.h"
#include "events/record/record.h"
#include "events/vault/vault_error.h"
#include "tools/muniment/command_line.h"
#include "tools/server/configuration.h"
#include "tools/server/listen_address.h"
#include "tools/server/tls_certificates.h"
#include "tools/server/token_file.h"
#include "tools/store/backup.h"
#include "tools/store/clock_step.h"
#include "tools/store/log_key.h"
#include "tools/store/log_move.h"
#include "tools/store/log_place.h"
#include "tools/store/restore.h"
#include "tools/store/store.h"
#include "tools/store/store_lock.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

// The exit code of what an exception says; the most special ones first.
ExitCode code_of(const std::exception& error) {
  const auto is = [&]<typename T>(const T*) { return dynamic_cast<const T*>(&error) != nullptr; };
  if (const auto* ours = dynamic_cast<const CliError*>(&error)) return ours->code;
  if (is(static_cast<const ConfigurationError*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const ListenRefused*>(nullptr)) || is(static_cast<const TlsRefused*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const NotAStore*>(nullptr)) || is(static_cast<const NoBackup*>(nullptr))) return ExitCode::not_found;
  if (is(static_cast<const StoreDamaged*>(nullptr)) || is(static_cast<const VaultDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const BackupDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const FolderTaken*>(nullptr)) || is(static_cast<const RestoreRefused*>(nullptr))) return ExitCode::refused;
  if (is(static_cast<const MoveRefused*>(nullptr)) || is(static_cast<const LogElsewhere*>(nullptr)) ||
      is(static_cast<const VaultElsewhere*>(nullptr)))
    return ExitCode::refused;
  if (is(static_cast<const BadPostgresUrl*>(nullptr))) return ExitCode::usage;
  if (is(static_cast<const StoreBusy*>(nullptr)) || is(static_cast<const LogInUse*>(nullptr)) ||
      is(static_cast<const VaultError*>(nullptr)) || is(static_cast<const LogKeyError*>(nullptr)) ||
      is(static_cast<const ClockStepped*>(nullptr)))
    return ExitCode::unavailable;
  if (is(static_cast<const StoreTaken*>(nullptr))) return ExitCode::start_again;
  if (is(static_cast<const StoreStopped*>(nullptr)) || is(static_cast<const TokensDamaged*>(nullptr))) return ExitCode::integrity;
  if (is(static_cast<const LogDamaged*>(nullptr)) || is(static_cast<const BadRecord*>(nullptr))) return ExitCode::integrity;
  return ExitCode::failure;
}

}  // namespace

ExitCode run_cli(const std::vector<std::string>& arguments, Console& console) {
  try {
    CommandLine line(console);
    try {
      line.app().parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& stop) {  // Help and the version come this way too.
      if (stop.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
        throw CliError(ExitCode::usage, fmt::format("{}; --help, also after a subcommand, lists what there is", stop.what()));
      }
      line.app().exit(stop, console.out, console.err);
      console.out.flush();
      require_written(console.out);
      return ExitCode::ok;
    }
    return line.run();
  } catch (const std::exception& error) {
    console.error(error.what());
    return code_of(error);
  }
}

}  // namespace muniment
