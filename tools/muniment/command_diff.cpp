// muniment audit diff: what was gained and lost between two moments.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

ExitCode diff(const DiffFlags& flags, Store& store, const Console& console) {
  const auto from = time_flag("--from", flags.from);
  const auto to = time_flag("--to", flags.to);
  if (!from || !to) throw CliError(ExitCode::usage, "--from and --to: expected a time each");
  if (*to < *from) throw CliError(ExitCode::usage, "--to: expected a time that is not before --from");
  AccessDiffQuery query{.from = *from,
                        .to = *to,
                        .position = moment_of(flags, store.log()).position,
                        .provider = provider_flag("--provider", flags.provider),
                        .username = username_flag("--user", flags.username),
                        .cursor = {}};
  require_known(store.log(), query.provider, query.username);
  bring_up_to_date(store, console);
  const Access access(store.views());
  std::vector<Column> columns{{"provider", Column::Kind::provider}, {"username"}, {"service"}, {"change"}};
  columns.push_back({"at", Column::Kind::time});
  columns.push_back({"by"});
  columns.push_back({"reference"});
  add_change_columns(columns, granting_of_difference, Shown::only_in_json);
  add_change_columns(columns, ending, Shown::only_in_json);
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return access.diff(query);
  };
  const AnswerEnd end = for_each_row(flags, ask, [&](const AccessDiffRow& row) {
    const bool is_gain = row.difference == AccessDifference::gained;
    const AccessChange& change = is_gain || !row.ended ? row.granted : *row.ended;
    std::vector<Cell> cells{row.provider.text(), row.username,       row.service, std::string{is_gain ? "gained" : "lost"},
                            change.at.text(),    change.actor.text()};
    cells.push_back(text_cell(change.reference));
    add_change_cells(cells, row.granted);
    add_change_cells(cells, row.ended);
    rows.add(std::move(cells));
  });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_diff(const DiffFlags& flags, Console& console) {
  return with_store(flags.store, "audit diff", [&](Store& store) { return diff(flags, store, console); });
}

}  // namespace muniment
