// muniment reconcile: what a portal says that it grants at a provider, beside what the record says.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "tools/import/portal_roster.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

constexpr std::size_t roster_problems_told_max = 100;

// By username and service: the position and time of its grant.
struct Grant {
  Cell position;
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

ExitCode compare(const PortalRoster& roster, const Recorded& recorded, const AnswerEnd& end, const ReconcileFlags& flags,
                 const Console& console) {
  RowWriter rows(flags.format, difference_columns(), console.out, console.has_color);
  for (const auto& held : roster.held) {
    if (!recorded.contains(held)) rows.add({"held_not_recorded", held.first, held.second, {}, {}});
  }
  for (const auto& [held, grant] : recorded) {
    if (!roster.held.contains(held)) rows.add({"recorded_not_held", held.first, held.second, grant.at, grant.position});
  }
  const bool are_same = rows.rows() == 0;
  end_answer(rows, end, flags.format, console);
  console.note(fmt::format("{} held by the portal, {} by the record", roster.held.size(), recorded.size()));
  return are_same ? ExitCode::ok : ExitCode::findings;
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
    recorded[{row.username, row.service}] = {position_cell(row.granted.position), row.granted.at.text()};
  });
  return compare(roster, recorded, end, flags, console);
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
    recorded[{text("username"), text("service")}] = {cells[place("from_position")], cells[place("from")]};
  });
  return compare(roster, recorded, end, flags, console);
}

}  // namespace

ExitCode run_reconcile(const ReconcileFlags& flags, Console& console) {
  const PortalRoster roster = read_roster(flags, console);
  if (flags.server.is_given()) return reconcile_remotely(roster, flags, console);
  return ask_store(flags.store, "reconcile", console, [&](Store& store) { return reconcile(roster, flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
