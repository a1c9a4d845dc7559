// muniment audit diff: what was gained and lost between two moments.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"

namespace muniment {
namespace {

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
  RowWriter rows(flags.format, diff_columns(), console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return access.diff(query);
  };
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const AccessDiffRow& row) { rows.add(diff_cells(row)); });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_diff(const DiffFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"from", flags.from}, {"to", flags.to}, {"provider", flags.provider}, {"user", flags.username}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/diff", parameters, diff_columns(), console);
  }
  return ask_store(flags.store, "audit diff", console, [&](Store& store) { return diff(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
