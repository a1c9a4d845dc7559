// muniment import access-history: an organization's own records of grants and revokes, checked whole and then recorded.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tools/import/history_import.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/wire/answer_line.h"

namespace muniment {
namespace {

std::ifstream open_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw CliError(ExitCode::usage, fmt::format("{} is a folder: name a file", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CliError(ExitCode::not_found, fmt::format("cannot read {}: name a file that is there", path));
  return file;
}

[[noreturn]] void tell_refusal(const std::string& place, Refusal refusal) {
  throw CliError(is_denial(refusal) ? ExitCode::denied : ExitCode::refused,
                 fmt::format("{}{}: {}", place, name_of(refusal), meaning_of(refusal)));
}

void tell(const ImportObstacle& obstacle, const ImportFlags& flags, const Console& console) {
  if (obstacle.refusal) tell_refusal("", *obstacle.refusal);
  for (const BadLine& bad : obstacle.bad_lines) {
    const std::string& file = bad.file == HistoryFile::providers ? flags.providers_file : flags.changes_file;
    console.note(fmt::format("{}:{}: {}", file, bad.line, bad.reason));
  }
  if (!obstacle.conflict.empty()) throw CliError(ExitCode::refused, obstacle.conflict);
  throw CliError(ExitCode::refused,
                 fmt::format("nothing was imported: {} bad lines; mend them and run it again", obstacle.bad_lines.size()));
}

void tell(const ImportStopped& stopped) {
  const std::string place = stopped.line == 0 ? "" : fmt::format("line {}: ", stopped.line);
  if (stopped.answer.is_unread) throw_failure(stopped.answer);
  if (!stopped.answer.refusal) {
    throw CliError(ExitCode::failure, fmt::format("{}{}; the import goes on when it is run again", place, stopped.answer.failure));
  }
  tell_refusal(place, *stopped.answer.refusal);
}

// One that no row has is probably a slip of the pen.
void look_at_administrator_services(const ImportFlags& flags, const AccessHistory& history, const Console& console) {
  for (const std::string& service : flags.administrator_services) {
    const auto is_it = [&](const HistoryChange& change) { return change.service == service; };
    if (std::none_of(history.changes().begin(), history.changes().end(), is_it)) {
      console.warn(fmt::format("--administrator-service {}: no change names this service", service));
    }
  }
}

std::string services_text(const std::vector<std::string>& services) {
  return services.empty() ? "none" : fmt::format("{}", fmt::join(services, ", "));
}

// What of the files is left out, and what is said anew.
void tell_besides(const ImportFlags& flags, const AccessHistory& history, const ImportPlan& plan, const Console& console) {
  for (const auto& [file, name] : {std::pair{HistoryFile::providers, flags.providers_file}, {HistoryFile::changes, flags.changes_file}}) {
    const std::vector<std::string>& columns = history.extra_columns(file);
    if (!columns.empty()) console.note(fmt::format("{}: columns that are not imported: {}", name, fmt::join(columns, ", ")));
  }
  for (const std::size_t index : plan.renamed) {
    const HistoryProvider& provider = history.providers()[index];
    console.note(fmt::format("{}:{}: {} is registered under another name or organization, which it keeps", flags.providers_file,
                             provider.line, provider.id.text()));
  }
  for (const auto& former : plan.former_administrator_services) {
    console.note(fmt::format("administrator services of these providers' history: {}; until now: {}",
                             services_text(plan.administrator_services), services_text(former)));
  }
}

void print(const ImportFlags& flags, const AccessHistory& history, const ImportPlan& plan, const ImportReport& report, Console& console) {
  std::vector<std::pair<std::string, Cell>> record;
  const auto number = [&](std::string name, std::uint64_t value) { record.emplace_back(std::move(name), value); };
  number("rows", history.changes().size());
  number("known_before", plan.known);
  number(flags.is_dry_run ? "would_add" : "added", flags.is_dry_run ? plan.changes.size() : report.added);
  number("providers_registered", plan.registrations.size());
  number("services_defined", plan.definitions.size());
  record.emplace_back("resumed", plan.resumes.has_value());
  record.emplace_back("administrator_services", plan.administrator_services);
  if (report.completed > 0) number("completed_at_position", report.completed);
  if (!history.extra_columns(HistoryFile::changes).empty()) {
    record.emplace_back("columns_ignored", history.extra_columns(HistoryFile::changes));
  }
  if (!history.extra_columns(HistoryFile::providers).empty()) {
    record.emplace_back("provider_columns_ignored", history.extra_columns(HistoryFile::providers));
  }
  write_record(flags.format, record, console.out);
}

AccessHistory read_history(std::istream& providers, std::istream& changes, const Console& console) {
  Progress progress(console, "lines", 0);
  return {providers, changes, [&](std::size_t line) { progress.at(line); }};
}

std::expected<ImportPlan, ImportObstacle> checked(const AccessHistory& history, const ImportTerms& terms, Store& store,
                                                  const Console& console) {
  Progress progress(console, "rows checked", history.changes().size());
  return check_import(history, terms, store.log(), store.vault(), system_now(), [&](std::size_t done) { progress.at(done); });
}

ExitCode import_history(const ImportFlags& flags, Store& store, Console& console) {
  const auto actor = Principal::parse(flags.actor.empty() ? "officer:" + login_name() : flags.actor);
  if (!actor || actor->kind != schema::PrincipalKind::OFFICER) throw CliError(ExitCode::usage, "--actor: expected officer:NAME");
  std::ifstream providers = open_file(flags.providers_file);
  std::ifstream changes = open_file(flags.changes_file);
  const AccessHistory history = read_history(providers, changes, console);
  look_at_administrator_services(flags, history, console);
  const ImportTerms terms{*actor, flags.administrator_services, flags.same_usernames};
  const auto plan = checked(history, terms, store, console);
  if (!plan) tell(plan.error(), flags, console);
  tell_besides(flags, history, *plan, console);
  ImportReport report;
  if (!flags.is_dry_run) {
    Progress progress(console, "rows", plan->registrations.size() + plan->definitions.size() + plan->changes.size());
    auto ran = run_import(history, *plan, store.log(), store.vault(), store.sequencer(),
                          {.actor = *actor, .progress = [&](std::size_t done) { progress.look(done); }});
    if (!ran) tell(ran.error());
    report = *ran;
  }
  print(flags, history, *plan, report, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_import(const ImportFlags& flags, Console& console) {
  return with_recording_store(flags.store, "import", console, [&](Store& store) { return import_history(flags, store, console); });
}

}  // namespace muniment
