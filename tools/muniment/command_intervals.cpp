// muniment audit intervals: from when until when an account held each service.
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/interval_rows.h"

namespace muniment {
namespace {

ExitCode intervals(const IntervalsFlags& flags, Store& store, const Console& console) {
  const auto provider = provider_flag("--provider", flags.provider);
  const Username username = username_flag("--user", flags.username).value();
  const Moment moment = moment_of(flags, store.log());
  require_known(store.log(), provider, username);
  bring_up_to_date(store, console);
  const LinkStories stories = Access(store.views()).stories(username, provider, moment);
  RowWriter rows(flags.format, interval_columns(), console.out, console.has_color);
  for (const auto& cells : interval_rows(username, stories)) rows.add(cells);
  AnswerEnd end;
  end.add(stories.truth);
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_intervals(const IntervalsFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"user", flags.username}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/intervals", parameters, interval_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit intervals", console, [&](Store& store) { return intervals(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
