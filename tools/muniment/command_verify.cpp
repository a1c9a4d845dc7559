// muniment verify: the whole log read again, from the files as they are found.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tools/muniment/given_key.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/subcommands.h"
#include "tools/store/durable_file.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

KnownRoot read_checkpoint(const std::string& file, const VerifierKey& key) {
  std::string note;
  try {
    note = read_whole_file(file);
  } catch (const std::system_error& error) {
    throw CliError(ExitCode::usage, fmt::format("--checkpoint: {}", error.what()));
  }
  const auto checkpoint = open_checkpoint(note, key);
  if (!checkpoint) {
    throw CliError(ExitCode::integrity, fmt::format("{}: no checkpoint that {} signed: {}; one of the two is another log's", file,
                                                    key.text(), name(checkpoint.error())));
  }
  return {{checkpoint->size, checkpoint->root}, file};
}

}  // namespace

ExitCode run_verify(const VerifyFlags& flags, Console& console) {
  if (flags.store.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
  read_marker(flags.store);
  const StoreLock lock(flags.store / "lock", "muniment verify");
  const VerifierKey key = read_public_log_key(flags.store);
  if (!flags.log_key.empty() && given_key("--log-key", flags.log_key) != key) {
    throw CliError(ExitCode::integrity,
                   fmt::format("the store names {} as its log's key, and --log-key is another: its checkpoints are not this "
                               "log's",
                               key.text()));
  }
  std::vector<KnownRoot> roots{{read_newest_checkpoint(flags.store, key), "the checkpoint beside the log"}};
  for (const std::string& file : flags.checkpoints) roots.push_back(read_checkpoint(file, key));

  Progress progress(console, "events", roots.front().head.position);
  constexpr std::uint64_t threads_max = 64;
  const auto threads =
      static_cast<unsigned>(std::min(threads_max, flags.threads != 0 ? flags.threads : std::max(1U, std::thread::hardware_concurrency())));
  const LogVerified verified = verify_log(
      log_options_of(flags.store),
      {.threads = threads, .roots = roots, .log_key = key, .on_progress = [&](Position done, Position) { progress.look(done); }});
  const double seconds = progress.seconds();
  std::vector<std::pair<std::string, Cell>> record{
      {"events", verified.head.position},
      {"root", base64_of(verified.head.root)},
      {"log_key", key.text()},
      {"chunks", verified.chunks},
      {"tiles", verified.tiles},
      {"index_entries", verified.index_entries},
      {"checkpoints", verified.checkpoints},
      {"seconds", fmt::format("{:.3f}", seconds)},
      {"events_per_second", static_cast<std::uint64_t>(static_cast<double>(verified.head.position) / std::max(seconds, 1e-9))},
      {"verified", !verified.fault.has_value()}};
  if (verified.fault) record.emplace_back("first_fault", verified.fault->position);
  write_record(flags.format, record, console.out);
  if (!verified.fault) return ExitCode::ok;
  console.error(fmt::format("position {}: {}. Nothing was changed; keep a copy of the store as it is", verified.fault->position,
                            verified.fault->what));
  return ExitCode::integrity;
}

}  // namespace muniment
