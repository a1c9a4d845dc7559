// muniment audit as-of: who held what at a moment.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

ExitCode as_of(const AsOfFlags& flags, Store& store, const Console& console) {
  AccessQuery query{.provider = provider_flag("--provider", flags.provider),
                    .username = username_flag("--user", flags.username),
                    .service = flags.service.empty() ? std::nullopt : std::optional{flags.service},
                    .moment = moment_of(flags, store.log()),
                    .cursor = {}};
  require_known(store.log(), query.provider, query.username);
  if (query.service) require_known_service(store.log(), *query.service);
  bring_up_to_date(store, console);
  const Access access(store.views());
  std::vector<Column> columns{
      {"provider", Column::Kind::provider}, {"username"}, {"service"}, {"usable", Column::Kind::text, Shown::not_in_csv}};
  columns.push_back({"why_not", Column::Kind::text, Shown::not_in_csv});
  add_change_columns(columns, granting, Shown::not_in_csv);
  add_change_columns(columns, ending, Shown::only_in_json);
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return access.as_of(query);
  };
  const AnswerEnd end = for_each_row(flags, ask, [&](const AccessRow& row) {
    std::vector<Cell> cells{row.provider.text(), row.username, row.service, row.usable(),
                            row.usable() ? Cell{} : Cell{names_of(row.unusable)}};
    add_change_cells(cells, row.granted);
    add_change_cells(cells, row.ended);
    rows.add(std::move(cells));
  });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_as_of(const AsOfFlags& flags, Console& console) {
  return with_store(flags.store, "audit as-of", [&](Store& store) { return as_of(flags, store, console); });
}

}  // namespace muniment
