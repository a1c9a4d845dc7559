// muniment reconcile: what a portal says that it grants at a provider, beside what the record says; and with --record, on record.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "events/json/text_member.h"
#include "tools/import/portal_roster.h"
#include "tools/import/reconciliation.h"
#include "tools/import/row_import.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/remote_submission.h"
#include "tools/wire/answer_line.h"
#include "tools/wire/command_reader.h"
#include "tools/wire/csv_order.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

constexpr std::size_t roster_problems_told_max = 100;

// By username and service: the position and time of its grant.
struct Grant {
  Position position = 0;
  Cell at;
};
using Recorded = std::map<PortalRoster::Held, Grant>;

PortalRoster read_roster(const ReconcileFlags& flags, Console& console) {
  ColumnMap map;
  if (!flags.map_file.empty()) {
    auto read = ColumnMap::read(flags.map_file, names_of(PortalRoster::fields()));
    if (!read) throw CliError(ExitCode::usage, fmt::format("{}", fmt::join(read.error(), "\n")));
    map = std::move(*read);
  }
  std::ifstream file(flags.file, std::ios::binary);
  std::error_code error;
  if (flags.file != "-" && (!file || std::filesystem::is_directory(flags.file, error)))
    throw CliError(ExitCode::not_found, fmt::format("cannot read {}: name a file that is there", flags.file));
  PortalRoster roster = PortalRoster::read(flags.file == "-" ? console.in : file, map);
  for (const RowProblem& problem : std::span(roster.problems).first(std::min(roster.problems.size(), roster_problems_told_max)))
    console.note(fmt::format("{}:{}: {}", flags.file, problem.line, problem.reason));
  if (!roster.problems.empty())
    throw CliError(ExitCode::refused,
                   fmt::format("nothing was compared: {} bad lines; mend them and run it again", roster.problems.size()));
  if (!roster.extra_columns.empty())
    console.note(fmt::format("{}: columns that are not compared: {}", flags.file, fmt::join(roster.extra_columns, ", ")));
  return roster;
}

using CatalogueRows = std::vector<std::vector<Cell>>;  // Rows of service_columns().

// A portal that writes services by their names would differ in every row: it is told to say in a map which ids are meant.
void require_ids(const PortalRoster& roster, const CatalogueRows& catalogue) {
  const std::vector<Column> columns = service_columns();
  const auto text_in = [&](const std::vector<Cell>& row, std::string_view name) {
    const auto place = static_cast<std::size_t>(std::ranges::find(columns, name, &Column::name) - columns.begin());
    const auto* const text = std::get_if<std::string>(&row.at(place));
    return text == nullptr ? std::string{} : *text;
  };
  std::set<std::string> held;
  for (const auto& [username, service] : roster.held) held.insert(service);
  for (const auto& row : catalogue) held.erase(text_in(row, "service"));
  for (const auto& row : catalogue) {
    const std::string name = text_in(row, "name");
    if (!held.contains(name)) continue;
    throw CliError(ExitCode::refused,
                   fmt::format("nothing was compared: the file has services by their names; say in a map which are meant: "
                               "[values.services] \"{}\" = \"{}\"",
                               name, text_in(row, "service")));
  }
}

std::vector<Column> difference_columns() {
  return {{"difference"}, {"username"}, {"service"}, {"granted_at", Column::Kind::time}, {"position", Column::Kind::number}};
}

// Prints them, those that are held and not recorded first.
std::vector<RosterDifference> compare(const PortalRoster& roster, const Recorded& recorded, const AnswerEnd& end,
                                      const ReconcileFlags& flags, const Console& console) {
  std::vector<RosterDifference> out;
  std::vector<std::vector<Cell>> cells;
  for (const auto& held : roster.held) {
    if (recorded.contains(held)) continue;
    cells.push_back({"held_not_recorded", held.first, held.second, {}, {}});
    out.push_back({held.first, held.second});
  }
  for (const auto& [held, grant] : recorded) {
    if (roster.held.contains(held)) continue;
    cells.push_back({"recorded_not_held", held.first, held.second, grant.at, position_cell(grant.position)});
    out.push_back({held.first, held.second, grant.position});
  }
  sort_as_csv(cells, difference_columns());
  RowWriter rows(flags.format, difference_columns(), console.out, console.has_color);
  for (const auto& row : cells) rows.add(row);
  end_answer(rows, end, flags.format, console);
  console.note(fmt::format("{} held by the portal, {} by the record", roster.held.size(), recorded.size()));
  return out;
}

ExitCode code_of_comparison(const std::vector<RosterDifference>& differences) {
  return differences.empty() ? ExitCode::ok : ExitCode::findings;
}

// What differs, as commands that can be read. Precondition: --as-of was given.
std::vector<std::string> report_commands(std::vector<RosterDifference> differences, const PortalRoster& roster, const ReconcileFlags& flags,
                                         std::string actor) {
  std::vector<std::string> commands = reconciliation_commands({.provider = provider_flag("--provider", flags.provider)->text(),
                                                               .as_of = *time_flag("--as-of", flags.at),
                                                               .roster_digest = roster.digest,
                                                               .actor = std::move(actor),
                                                               .differences = std::move(differences)});
  CommandReader reader;
  std::string id;
  for (const std::string& command : commands) {
    const auto read =
        reader.read(command, id, {.sender = flags.server.is_given() ? std::optional<std::string>{"submitter:reconcile"} : std::nullopt});
    if (!read) throw CliError(ExitCode::refused, fmt::format("nothing was recorded: {}", read.error().message()));
  }
  return commands;
}

[[noreturn]] void tell_unrecorded(Refusal refusal, std::size_t recorded, std::size_t all) {
  throw CliError(is_denial(refusal) ? ExitCode::denied : ExitCode::refused,
                 fmt::format("{}: {}; {} of {} reports are recorded", name_of(refusal), meaning_of(refusal), recorded, all));
}

void report_to_store(const std::vector<std::string>& commands, Store& store, const Console& console) {
  std::vector<CommandRow> rows;
  for (const std::string& command : commands) rows.push_back({.line = rows.size() + 1, .json = command});
  const auto outcomes = record_rows(rows, store.sequencer());
  for (const RowOutcome& outcome : outcomes) {
    if (outcome.went_well()) continue;
    if (!outcome.answer.refusal) throw_failure(outcome.answer);
    tell_unrecorded(*outcome.answer.refusal, recorded_in(outcomes), commands.size());
  }
  console.note(fmt::format("on record at position {}", outcomes.back().answer.last_position));
}

void report_remotely(const std::vector<std::string>& commands, const ReconcileFlags& flags, const Console& console) {
  std::ostringstream answers;
  RemoteSubmission submission(flags.server, answers,
                              [&console](std::string_view why) { console.warn(fmt::format("{}; trying again", why)); });
  for (std::size_t i = 0; i < commands.size() && submission.add(i + 1, commands[i]); ++i) continue;
  const Tally tally = submission.finish();
  if (submission.failure()) throw *submission.failure();
  const std::uint64_t recorded = tally.accepted + tally.unchanged;
  std::istringstream lines(answers.str());
  std::string position;
  for (std::string line; std::getline(lines, line);) {
    if (const auto refusal = refusal_named(text_member(line, "refusal").value_or(""))) tell_unrecorded(*refusal, recorded, commands.size());
    position = text_member(line, "last_position").value_or(position);
  }
  if (recorded < commands.size())
    throw CliError(ExitCode::failure, fmt::format("{} of {} reports are recorded: {}; run it again, which is harmless", recorded,
                                                  commands.size(), tally.failure.empty() ? "the node did not take it" : tally.failure));
  console.note(fmt::format("on record at position {}", position));
}

ExitCode reconcile(const PortalRoster& roster, const ReconcileFlags& flags, Store& store, const Console& console) {
  AccessQuery query{.provider = provider_flag("--provider", flags.provider), .moment = moment_of(flags, store.log())};
  require_known(store.log(), query.provider, std::nullopt);
  require_ids(roster, service_rows(store.log()));
  bring_up_to_date(store, console);
  const Access access(store.views());
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return access.as_of(query);
  };
  Recorded recorded;
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const AccessRow& row) {
    recorded[{row.username, row.service}] = {row.granted.position, row.granted.at.text()};
  });
  const auto differences = compare(roster, recorded, end, flags, console);
  if (flags.is_recorded) report_to_store(report_commands(differences, roster, flags, flags.actor), store, console);
  return code_of_comparison(differences);
}

ExitCode reconcile_remotely(const PortalRoster& roster, const ReconcileFlags& flags, const Console& console) {
  Parameters parameters{{"provider", flags.provider}};
  add_moment(parameters, flags);
  const std::vector<Column> columns = access_columns();
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(columns, name, &Column::name) - columns.begin());
  };
  const AnswerPage services = read_page(RemoteNode(flags.server).get("/v1/services", {}));
  CatalogueRows catalogue;
  for (const std::string& row : services.rows) catalogue.push_back(read_cells(row, service_columns()));
  require_ids(roster, catalogue);
  Recorded recorded;
  const AnswerEnd end = for_each_remote_row(flags, "/v1/audit/as-of", parameters, console, [&](const std::string& row) {
    const auto cells = read_cells(row, columns);
    const auto text = [&](std::string_view name) { return std::get<std::string>(cells[place(name)]); };
    recorded[{text("username"), text("service")}] = {std::stoull(text("from_position")), cells[place("from")]};
  });
  const auto differences = compare(roster, recorded, end, flags, console);
  if (flags.is_recorded) report_remotely(report_commands(differences, roster, flags, {}), flags, console);
  return code_of_comparison(differences);
}

// Completes them, where the differences go on record.
ReconcileFlags completed_flags(ReconcileFlags flags) {
  if (!flags.is_recorded) return flags;
  if (flags.at.empty()) throw CliError(ExitCode::usage, "--record: name with --as-of the moment that the portal's roster is of");
  if (flags.without_vault) throw CliError(ExitCode::usage, "--record: not with --without-vault, which records nothing");
  if (flags.server.is_given() && !flags.actor.empty()) throw CliError(ExitCode::usage, "--actor: with --server it is the token's holder");
  if (flags.server.is_given()) return flags;
  if (flags.actor.empty()) flags.actor = "officer:" + login_name();
  const auto actor = Principal::parse(flags.actor);
  const bool may_report = actor && (actor->kind == schema::PrincipalKind::OFFICER || actor->kind == schema::PrincipalKind::SUBMITTER);
  if (!may_report) throw CliError(ExitCode::usage, "--actor: expected officer:NAME or submitter:NAME");
  return flags;
}

}  // namespace

ExitCode run_reconcile(const ReconcileFlags& given, Console& console) {
  const ReconcileFlags flags = completed_flags(given);
  const PortalRoster roster = read_roster(flags, console);
  if (flags.server.is_given()) return reconcile_remotely(roster, flags, console);
  const auto work = [&](Store& store) { return reconcile(roster, flags, store, console); };
  if (flags.is_recorded) return with_recording_store(flags.store, "reconcile", console, work);
  return ask_store(flags.store, "reconcile", console, work, {.without_vault = flags.without_vault});
}

}  // namespace muniment
