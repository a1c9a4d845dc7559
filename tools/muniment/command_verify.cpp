// muniment verify: the whole log read again, from the files as they are found.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tools/muniment/given_key.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/subcommands.h"
#include "tools/store/archive.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_place.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

// A checkpoint from elsewhere. Whose signature it must have is known once the records have been read.
struct Given {
  std::string file;
  std::string note;
};

Given read_given(std::string_view flag, const std::string& file) {
  try {
    return {file, read_whole_file(file)};
  } catch (const std::system_error& error) {
    throw CliError(ExitCode::usage, fmt::format("{}: {}", flag, error.what()));
  }
}

[[noreturn]] void refuse_given(const std::string& file, const VerifierKey& key, NoteError error) {
  throw CliError(ExitCode::integrity,
                 fmt::format("{}: no checkpoint that {} signed: {}; one of the two is another log's", file, key.text(), name(error)));
}

// By whichever of the log's keys, as long as nothing is known of when each signed.
KnownRoot root_in(const Given& given, const std::vector<VerifierKey>& keys) {
  NoteError error = NoteError::key_unknown;
  for (const VerifierKey& key : keys) {
    const auto checkpoint = open_checkpoint(given.note, key);
    if (checkpoint) return {{checkpoint->size, checkpoint->root}, given.file};
    if (checkpoint.error() != NoteError::key_unknown) error = checkpoint.error();
  }
  refuse_given(given.file, keys.front(), error);
}

// What is known elsewhere against what the log records: its key, or one that was rotated since.
void check_given(const VerifyFlags& flags, const std::vector<Given>& checkpoints, const KeyChain& keys) {
  if (!flags.log_key.empty() && !keys.has(given_key("--log-key", flags.log_key))) {
    throw CliError(ExitCode::integrity,
                   fmt::format("the store names {} as its log's key, and --log-key is another, which the log does not record as one before "
                               "it: its checkpoints are not this log's",
                               keys.newest().text()));
  }
  for (const Given& given : checkpoints) {
    if (const auto opened = keys.open(given.note); !opened) refuse_given(given.file, keys.newest(), opened.error());
  }
}

// The records are right wherever they are; what shows it to somebody who has the archive alone may be gone.
std::optional<LogFault> incomplete_archive(const fs::path& archive, Position archived, std::span<const VerifierKey> keys) {
  const ArchiveProof proof = proof_in_archive(archive, archived, keys);
  if (proof.missing.empty()) return std::nullopt;
  return LogFault{1, fmt::format("the archive has all records, but not {}: `muniment archive {} --to {}` writes what is missing",
                                 proof.missing.front().string(), archive.string(), archived)};
}

// What witnesses have seen of the log; nothing where they have seen none.
std::optional<KnownRoot> cosigned_root(const fs::path& store, std::span<const VerifierKey> keys) {
  const auto cosigned = read_cosigned(store, keys);
  if (cosigned) return KnownRoot{*cosigned, "the checkpoint that witnesses cosigned"};
  if (!fs::exists(store / "cosigned")) return std::nullopt;
  throw CliError(ExitCode::integrity,
                 fmt::format("{} is no checkpoint that the log's key signed, and nothing tells how far the log was when witnesses cosigned "
                             "it: restore it from a backup",
                             (store / "cosigned").string()));
}

}  // namespace

ExitCode run_verify(const VerifyFlags& flags, Console& console) {
  if (flags.store.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
  read_marker(flags.store);
  require_log_in_folder(flags.store, "a verification of its files");
  const StoreLock lock(flags.store / "lock", "muniment verify");
  const std::vector<VerifierKey> keys = read_public_log_keys(flags.store);
  if (!flags.log_key.empty()) given_key("--log-key", flags.log_key);  // Whether it is one, before everything is read.
  const std::string time_authority =
      flags.time_authority.empty() ? std::string{} : read_given("--time-authority", flags.time_authority).note;
  std::vector<Given> given;
  for (const std::string& file : flags.checkpoints) given.push_back(read_given("--checkpoint", file));
  std::vector<KnownRoot> roots{{read_newest_checkpoint(flags.store, keys.front()), "the checkpoint beside the log"}};
  if (const auto cosigned = cosigned_root(flags.store, keys)) roots.push_back(*cosigned);
  const fs::path archive = read_archive_folder(flags.store);
  if (const auto checkpoint = archive.empty() ? std::nullopt : proof_in_archive(archive, 0, keys).checkpoint)
    roots.push_back({{checkpoint->size, checkpoint->root}, "the checkpoint in the archive"});
  for (const Given& one : given) roots.push_back(root_in(one, keys));

  Progress progress(console, "events", roots.front().head.position);
  constexpr std::uint64_t threads_max = 64;
  const auto threads =
      static_cast<unsigned>(std::min(threads_max, flags.threads != 0 ? flags.threads : std::max(1U, std::thread::hardware_concurrency())));
  LogVerified verified = verify_log(
      log_options_of(flags.store),
      {.threads = threads, .roots = roots, .log_keys = keys, .time_authority = time_authority, .on_progress = [&](Position done, Position) {
         progress.look(done);
       }});
  if (!verified.fault) check_given(flags, given, *verified.log_keys);
  if (!verified.fault && verified.archived > 0) verified.fault = incomplete_archive(archive, verified.archived, keys);
  const double seconds = progress.seconds();
  std::vector<std::pair<std::string, Cell>> record{
      {"events", verified.head.position},
      {"root", base64_of(verified.head.root)},
      {"log_key", keys.front().text()},
      {"chunks", verified.chunks},
      {"tiles", verified.tiles},
      {"index_entries", verified.index_entries},
      {"checkpoints", verified.checkpoints},
      {"time_stamps", verified.time_stamps},
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
