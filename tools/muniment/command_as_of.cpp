// muniment audit as-of: who held what at a moment.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"

namespace muniment {
namespace {

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
  RowWriter rows(flags.format, access_columns(), console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return access.as_of(query);
  };
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const AccessRow& row) { rows.add(access_cells(row)); });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_as_of(const AsOfFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"user", flags.username}, {"service", flags.service}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/as-of", parameters, access_columns(), console);
  }
  return ask_store(flags.store, "audit as-of", console, [&](Store& store) { return as_of(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
