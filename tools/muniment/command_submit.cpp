// muniment submit: commands as JSON lines, an answer line for each, in order. Reads ahead while groups are being synced.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "tools/import/line_reader.h"
#include "tools/muniment/answers.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/remote_submission.h"
#include "tools/store/epoch_rotation.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::size_t batch_lines_max = 256;

// Takes what a line asks for to where it is decided.
class Desk {
 public:
  Desk() = default;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  virtual ~Desk() = default;

  virtual void take(Submission submission) = 0;
  // What was taken must be answered without waiting for more.
  virtual void flush() = 0;
};

// To the sequencer, in batches.
class SequencerDesk final : public Desk {
 public:
  explicit SequencerDesk(Sequencer& sequencer) : sequencer_(sequencer) {}
  void take(Submission submission) override { batch_.push_back(std::move(submission)); }
  void flush() override {
    if (!batch_.empty()) sequencer_.submit(std::exchange(batch_, {}));
  }

 private:
  Sequencer& sequencer_;
  std::vector<Submission> batch_;
};

// To a decider of its own, whose decisions go nowhere: the log is not written, and the vault was opened so that it keeps nothing.
class RehearsalDesk final : public Desk {
 public:
  explicit RehearsalDesk(Store& store) : decider_(store.log(), store.vault(), system_now) {}
  void take(Submission submission) override {
    decider_.decide(submission, group_);
    auto [answer, outcome] = std::move(group_.answers.back());
    group_.answers.clear();
    answer(outcome);
  }
  void flush() override {}

 private:
  Decider decider_;
  Group group_;  // Never closed and never appended; later lines see it.
};

JsonError too_long() { return {"", command_too_large()}; }

void submit_line(const LineReader& lines, CommandReader& reader, Desk& desk, Answers& answers) {
  std::string command_id;
  auto command = lines.is_too_long() ? std::unexpected(too_long()) : reader.read(lines.line(), command_id);
  const Answers::Place place = answers.reserve(lines.number(), std::move(command_id));
  if (!command) {
    answers.fill(place, std::move(command.error()));
    return;
  }
  desk.take({.command = std::move(*command), .source = schema::Source::OPERATOR, .answer = [&answers, place](const Answer& outcome) {
               answers.fill(place, outcome);
             }});
}

// Reads to the end of the input, or until `take` does not want more, and skips empty lines. An input that cannot be read on ends it too:
// what was read before was taken, and why is returned. `bytes`: of the input, 0 where that is not known.
template <typename Take>
std::string read_lines(std::istream& in, std::uint64_t bytes, const Console& console, const Take& take) {
  Progress progress(console, bytes == 0 ? "lines" : "bytes", bytes);
  std::uint64_t bytes_read = 0;
  LineReader lines(in, command_line_bytes_max);
  try {
    while (lines.next()) {
      bytes_read += lines.line().size() + 1;
      progress.at(bytes == 0 ? lines.number() : bytes_read);
      if (lines.line().find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (!take(lines)) break;
    }
  } catch (const InputFailed& failed) {
    return failed.what();
  }
  return {};
}

std::string submit_lines(std::istream& in, std::uint64_t bytes, Desk& desk, Answers& answers, const Console& console) {
  std::size_t since_flush = 0;
  CommandReader reader;
  std::string failure = read_lines(in, bytes, console, [&](const LineReader& lines) {
    submit_line(lines, reader, desk, answers);
    // Long before the places run out, which answers to these lines must free.
    if (++since_flush >= batch_lines_max || lines.may_wait()) {
      desk.flush();
      since_flush = 0;
    }
    return !answers.is_broken();
  });
  desk.flush();
  return failure;
}

struct Submitted {
  Tally tally;
  std::string input_failure;
};

ExitCode exit_code_of(const Tally& tally) {
  if (tally.failed > 0) return ExitCode::failure;
  if (tally.unread > 0) return ExitCode::integrity;
  if (tally.malformed > 0) return ExitCode::usage;
  if (tally.refused > 0) return ExitCode::refused;
  return tally.denied > 0 ? ExitCode::denied : ExitCode::ok;
}

Submitted rehearse(std::istream& in, std::uint64_t bytes, Store& store, Console& console) {
  Answers answers(console.out, true);
  RehearsalDesk desk(store);
  std::string failure = submit_lines(in, bytes, desk, answers, console);
  return {answers.finish(), std::move(failure)};
}

// Ends the sequencer, so that it answers nothing any more.
class Stop {
 public:
  explicit Stop(Sequencer& sequencer) : sequencer_(sequencer) {}
  ~Stop() { sequencer_.stop(); }
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

 private:
  Sequencer& sequencer_;
};

Submitted record(std::istream& in, std::uint64_t bytes, Store& store, Console& console) {
  Answers answers(console.out, false);
  const Stop stop(store.sequencer());
  SequencerDesk desk(store.sequencer());
  std::string failure = submit_lines(in, bytes, desk, answers, console);
  Submitted out{answers.finish(), std::move(failure)};
  if (const std::size_t erased = store.carry_out_erasures(); erased > 0) {
    console.note(
        fmt::format("{} erased; in copies of the vault too once the epoch key is rotated, which is due by {}: muniment keys rotate-epoch",
                    erased, epoch_ends_at(store.log()).text()));
  }
  return out;
}

ExitCode tell(const Submitted& submitted, const SubmitFlags& flags, const Console& console) {
  const auto& [tally, input_failure] = submitted;
  if (!input_failure.empty()) console.error(input_failure + "; the lines before are answered");
  if (tally.failed > 0) console.error(fmt::format("{}; {} commands have no known outcome: submit them again", tally.failure, tally.failed));
  if (tally.unread > 0)
    console.error(
        fmt::format("{}; of {} commands nothing was recorded: submit them again once it can be read", tally.damage, tally.unread));
  console.note(fmt::format("{}{} accepted, {} unchanged, {} refused, {} denied, {} malformed", flags.is_dry_run ? "dry run: " : "",
                           tally.accepted, tally.unchanged, tally.refused, tally.denied, tally.malformed));
  return input_failure.empty() ? exit_code_of(tally) : ExitCode::failure;
}

ExitCode submit_to_node(const SubmitFlags& flags, std::istream& in, std::uint64_t bytes, const Console& console) {
  if (flags.is_dry_run) throw CliError(ExitCode::usage, "--dry-run needs --store: a node records what it is sent");
  RemoteSubmission submission(flags.server, console.out,
                              [&console](std::string_view why) { console.warn(fmt::format("{}; trying again", why)); });
  Submitted submitted;
  submitted.input_failure = read_lines(in, bytes, console, [&](const LineReader& lines) {
    std::string answer;
    if (lines.is_too_long()) write_answer(answer, {.line = lines.number(), .command_id = {}, .outcome = too_long()}, false);
    return submission.add(lines.number(), lines.is_too_long() ? std::string{} : std::string{lines.line()}, std::move(answer));
  });
  submitted.tally = submission.finish();
  const ExitCode code = tell(submitted, flags, console);
  if (!submission.failure()) return code;
  // Whom the node does not let submit, it lets no more the next time.
  const bool helps_again = submission.failure()->code == ExitCode::unavailable;
  if (!submitted.tally.unanswered.empty())
    console.error(fmt::format("no answer to the lines {} was got, and perhaps to those after them{}", submitted.tally.unanswered,
                              helps_again ? ": submit them again, which is harmless" : ""));
  throw *submission.failure();
}

}  // namespace

ExitCode run_submit(const SubmitFlags& flags, Console& console) {
  std::ifstream file;
  std::uint64_t bytes = 0;
  if (flags.file != "-") {
    std::error_code error;
    if (std::filesystem::is_directory(flags.file, error)) {
      throw CliError(ExitCode::usage, fmt::format("{} is a folder: name a file", flags.file));
    }
    if (std::filesystem::is_regular_file(flags.file, error)) bytes = std::filesystem::file_size(flags.file, error);
    file.open(flags.file, std::ios::binary);
    if (!file)
      throw CliError(ExitCode::not_found, fmt::format("cannot read {}: name a file that is there, or - for standard input", flags.file));
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  if (flags.server.is_given()) return submit_to_node(flags, in, bytes, console);
  const auto submit = [&](Store& store) {
    return tell(flags.is_dry_run ? rehearse(in, bytes, store, console) : record(in, bytes, store, console), flags, console);
  };
  return with_recording_store(flags.store, flags.is_dry_run ? "submit --dry-run" : "submit", console, submit,
                              {.rehearses = flags.is_dry_run});
}

}  // namespace muniment
