// muniment audit states: when accounts were locked, disabled or terminated.
#include "projections/state_intervals.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/state_rows.h"

namespace muniment {
namespace {

ExitCode states(const StatesFlags& flags, Store& store, const Console& console) {
  StateQuery query{.provider = provider_flag("--provider", flags.provider),
                   .username = username_flag("--user", flags.username),
                   .moment = moment_of(flags, store.log())};
  if (!flags.state.empty()) {
    query.state = account_stop_named(flags.state);
    if (!query.state) throw CliError(ExitCode::usage, "--state: expected locked, disabled or terminated");
  }
  require_known(store.log(), query.provider, query.username);
  bring_up_to_date(store, console);
  const Timestamp now = query.moment.position ? recorded_time(store.log(), 0, *query.moment.position) : system_now();
  const Timestamp until = query.moment.at.value_or(now);
  RowWriter rows(flags.format, state_columns(), console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return state_intervals(store.views(), query);
  };
  const AnswerEnd end =
      for_each_row(flags, within_history(store, ask), [&](const StateInterval& interval) { rows.add(state_cells(interval, until)); });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_states(const StatesFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"user", flags.username}, {"state", flags.state}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/states", parameters, state_columns(), console);
  }
  return ask_store(flags.store, "audit states", console, [&](Store& store) { return states(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
