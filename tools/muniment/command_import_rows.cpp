// muniment import accounts, sign-ins, departures: rows of a customer's own file, decided all before the first is recorded.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>

#include "tools/import/accounts_import.h"
#include "tools/import/row_import.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/wire/answer_line.h"

namespace muniment {
namespace {

constexpr std::size_t problems_told_max = 100;

std::string file_name(const ImportRowsFlags& flags) { return flags.file == "-" ? "standard input" : flags.file; }

// Signals have one for whoever runs the command: what another has reported is another report.
std::string usual_actor(RowKind kind) { return kind == RowKind::accounts ? "officer:" + login_name() : "submitter:import"; }

RowTerms terms_of(const ImportRowsFlags& flags) {
  RowTerms terms{.kind = flags.kind, .actor = flags.actor.empty() ? usual_actor(flags.kind) : flags.actor, .name = flags.name};
  if (terms.name.empty() && flags.file != "-") terms.name = std::filesystem::path(flags.file).filename().string();
  if (flags.kind == RowKind::accounts && !is_import_name(terms.name))
    throw CliError(ExitCode::usage,
                   "--name: expected at most 32 letters, digits, dots, dashes and underscores; the same name again "
                   "adds nothing twice");
  if (!flags.map_file.empty()) {
    auto map = ColumnMap::read(flags.map_file, names_of(fields_of(flags.kind)), names_of_times(fields_of(flags.kind)));
    if (!map) throw CliError(ExitCode::usage, fmt::format("{}", fmt::join(map.error(), "\n")));
    terms.map = std::move(*map);
  }
  if (!flags.provider.empty()) terms.map.constants["provider"] = flags.provider;
  return terms;
}

// `recorded`: how many rows of the file the log has from an earlier run.
[[noreturn]] void tell(const std::vector<RowProblem>& problems, ExitCode code, std::size_t recorded, const ImportRowsFlags& flags,
                       const Console& console) {
  for (const RowProblem& problem : std::span(problems).first(std::min(problems.size(), problems_told_max)))
    console.note(fmt::format("{}:{}: {}", file_name(flags), problem.line, problem.reason));
  if (problems.size() > problems_told_max) console.note(fmt::format("and {} more", problems.size() - problems_told_max));
  if (recorded == 0) throw CliError(code, fmt::format("nothing was imported: {} bad lines; mend them and run it again", problems.size()));
  throw CliError(code,
                 fmt::format("nothing more was imported: {} bad lines; {} rows of this file are recorded from before. Mend the bad ones "
                             "in their lines, or make a line empty to pass it over, and run it again",
                             problems.size(), recorded));
}

CommandRows read_rows(const ImportRowsFlags& flags, const RowTerms& terms, Console& console) {
  std::ifstream file;
  if (flags.file != "-") {
    std::error_code error;
    if (std::filesystem::is_directory(flags.file, error))
      throw CliError(ExitCode::usage, fmt::format("{} is a folder: name a file", flags.file));
    file.open(flags.file, std::ios::binary);
    if (!file) throw CliError(ExitCode::not_found, fmt::format("cannot read {}: name a file that is there", flags.file));
  }
  CommandRows rows = read_command_rows(flags.file == "-" ? console.in : file, terms);
  if (!rows.problems.empty()) tell(rows.problems, ExitCode::refused, 0, flags, console);
  if (!rows.extra_columns.empty())
    console.note(fmt::format("{}: columns that are not imported: {}", file_name(flags), fmt::join(rows.extra_columns, ", ")));
  return rows;
}

void require_none_refused(const Rehearsal& rehearsal, const ImportRowsFlags& flags, const Console& console) {
  const auto& outcomes = rehearsal.outcomes;
  const auto refused = refusals_in(outcomes);
  if (refused.empty()) return;
  const bool are_denials = std::ranges::all_of(outcomes, [](const RowOutcome& outcome) {
    return outcome.went_well() || (outcome.answer.refusal && is_denial(*outcome.answer.refusal));
  });
  const auto recorded = std::ranges::count_if(
      outcomes, [&](const RowOutcome& outcome) { return outcome.answer.is_repeat && outcome.answer.first_position <= rehearsal.head; });
  tell(refused, are_denials ? ExitCode::denied : ExitCode::refused, static_cast<std::size_t>(recorded), flags, console);
}

// Those that were known before, and what became of the others, in the order of lines. Rows behind a failure are in neither.
std::vector<RowOutcome> with_known(std::vector<RowOutcome> rehearsed, std::vector<RowOutcome> recorded) {
  std::erase_if(rehearsed, [](const RowOutcome& outcome) { return !outcome.is_known_before; });
  std::ranges::move(recorded, std::back_inserter(rehearsed));
  std::ranges::sort(rehearsed, {}, &RowOutcome::line);
  return rehearsed;
}

void require_recorded(const std::expected<void, Answer>& recorded) {
  if (recorded) return;
  const Answer& answer = recorded.error();
  throw CliError(
      ExitCode::failure,
      fmt::format("{}; the import goes on when it is run again",
                  answer.refusal ? fmt::format("{}: {}", name_of(*answer.refusal), meaning_of(*answer.refusal)) : answer.failure));
}

// The rows that are not recorded yet. That an import of accounts has begun, and that it is complete, is on record around them.
std::vector<RowOutcome> record_import(const std::vector<CommandRow>& fresh, std::size_t all, const RowTerms& terms, Store& store,
                                      const Console& console) {
  std::optional<AccountsImport> import;
  if (terms.kind == RowKind::accounts) import.emplace(store.log(), store.sequencer(), terms.name);
  if (import && import->interrupted())
    console.note(fmt::format("goes on with the import that began at position {} and was interrupted", *import->interrupted()));
  if (import && fresh.empty() && !import->interrupted()) import.reset();
  if (import) require_recorded(import->begin(all, terms.actor));
  Progress progress(console, "rows", fresh.size());
  auto out = record_rows(fresh, store.sequencer(), [&](std::size_t done) { progress.look(done); });
  if (import && refusals_in(out).empty()) require_recorded(import->complete(all));
  return out;
}

// Rehearses until nothing has been recorded between that and the recording.
std::vector<RowOutcome> import_rows(const CommandRows& rows, const RowTerms& terms, const ImportRowsFlags& flags, const Console& console) {
  while (true) {
    Rehearsal rehearsal;
    with_store(flags.store, "import", console,
               [&](Store& store) {
                 rehearsal = rehearse_rows(rows.rows, store.log(), store.vault());
                 return ExitCode::ok;
               },
               {.rehearses = true});
    require_none_refused(rehearsal, flags, console);
    if (flags.is_dry_run) return std::move(rehearsal.outcomes);
    const std::vector<CommandRow> fresh = without_known(rows.rows, rehearsal.outcomes);
    bool is_of_this_head = true;
    std::vector<RowOutcome> recorded;
    with_recording_store(flags.store, "import", console, [&](Store& store) {
      is_of_this_head = store.log().head(0).position == rehearsal.head;
      if (!is_of_this_head) return ExitCode::ok;
      recorded = record_import(fresh, rows.rows.size(), terms, store, console);
      return ExitCode::ok;
    });
    if (is_of_this_head) return with_known(std::move(rehearsal.outcomes), std::move(recorded));
  }
}

std::string_view result_of(const RowOutcome& outcome) {
  return outcome.is_known_before ? "known_before" : outcome.answer.status == Answer::Status::unchanged ? "unchanged" : "added";
}

// Who got which username is what the people of an import of accounts have to be told; of signals it is enough how many there were.
void print(const std::vector<RowOutcome>& outcomes, const ImportRowsFlags& flags, Console& console) {
  std::uint64_t added = 0;
  for (const RowOutcome& outcome : outcomes) added += result_of(outcome) == "added" ? 1 : 0;
  const std::string_view added_name = flags.is_dry_run ? "would_add" : "added";
  if (flags.kind != RowKind::accounts) {
    write_record(flags.format,
                 {{"rows", std::uint64_t{outcomes.size()}},
                  {std::string{added_name}, added},
                  {"known_before", std::uint64_t{outcomes.size()} - added}},
                 console.out);
    return;
  }
  RowWriter rows(flags.format, {{"line", Column::Kind::number}, {"outcome"}, {"username"}, {"position", Column::Kind::number}}, console.out,
                 console.has_color);
  for (const RowOutcome& outcome : outcomes) {
    const Answer& answer = outcome.answer;
    const Position position = flags.is_dry_run && !answer.is_repeat ? 0 : answer.first_position;
    rows.add({std::uint64_t{outcome.line}, std::string{result_of(outcome)}, text_cell(answer.username), position_cell(position)});
  }
  rows.finish();
  console.note(fmt::format("{}{} added, {} known before", flags.is_dry_run ? "dry run: " : "", added, outcomes.size() - added));
}

}  // namespace

ExitCode run_import_rows(const ImportRowsFlags& flags, Console& console) {
  const RowTerms terms = terms_of(flags);
  const CommandRows rows = read_rows(flags, terms, console);
  if (flags.prints_commands) {
    for (const CommandRow& row : rows.rows) console.out << row.json << '\n';
    require_written(console.out);
    return ExitCode::ok;
  }
  const auto outcomes = import_rows(rows, terms, flags, console);
  if (const auto refused = refusals_in(outcomes); !refused.empty()) {
    throw CliError(ExitCode::failure, fmt::format("{}:{}: {}; {} rows are recorded, and the import goes on when it is run again",
                                                  file_name(flags), refused.front().line, refused.front().reason, recorded_in(outcomes)));
  }
  print(outcomes, flags, console);
  return ExitCode::ok;
}

}  // namespace muniment
