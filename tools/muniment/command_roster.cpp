// muniment audit roster: a provider's subordinates, searched by name.
#include "projections/roster.h"

#include <fmt/format.h>

#include "events/values/text.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"

namespace muniment {
namespace {

// What the shell gives may be any bytes. Of what is no text nothing would be found, and nothing said.
void require_text(std::string_view flag, const std::string& value) {
  if (!is_utf8(value)) throw CliError(ExitCode::usage, fmt::format("{}: expected UTF-8", flag));
}

ExitCode roster(const RosterFlags& flags, Store& store, const Console& console) {
  const auto provider = provider_flag("--provider", flags.provider);
  if (!provider) throw CliError(ExitCode::usage, "--provider: expected a PID/SL");
  RosterQuery query{.provider = *provider,
                    .last_name = flags.last_name,
                    .first_name = flags.first_name,
                    .moment = moment_of(flags, store.log()),
                    .cursor = {}};
  require_known(store.log(), query.provider, std::nullopt);
  bring_up_to_date(store, console);
  const Roster roster(store.views());
  RowWriter rows(flags.format, roster_columns(), console.out, console.has_color);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return roster.search(query);
  };
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const RosterRow& row) { rows.add(roster_cells(row)); });
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_roster(const RosterFlags& flags, Console& console) {
  require_text("--last-name", flags.last_name);
  require_text("--first-name", flags.first_name);
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"last_name", flags.last_name}, {"first_name", flags.first_name}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/roster", parameters, roster_columns(), console);
  }
  return ask_store(flags.store, "audit roster", console, [&](Store& store) { return roster(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
