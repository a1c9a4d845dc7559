// muniment audit trail: what happened to or by somebody, or somewhere.
#include "projections/trail.h"

#include "tools/muniment/event_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/trail_query.h"

namespace muniment {
namespace {

ExitCode trail(const TrailFlags& flags, Store& store, const Console& console) {
  TrailQuery query = trail_query(flags, store, console);
  const Trail trail(store.views());
  EventRows rows(flags.format, console);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return trail.search(query);
  };
  const AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const TrailRow& row) {
    store.log().read(0, row.position, row.position, [&](Position, RecordWords words) {
      RecordReader record(words);
      rows.add(record.event());
      return false;
    });
  });
  rows.finish(end.cells());
  end.tell(flags.format, console);
  return ExitCode::ok;
}

ExitCode remote_trail(const TrailFlags& flags, const Console& console) {
  Parameters parameters{{"user", flags.username}, {"provider", flags.provider}, {"actor", flags.actor}, {"type", flags.type}};
  parameters.emplace_back("not_type", flags.not_types);
  parameters.emplace_back("from", flags.from);
  parameters.emplace_back("to", flags.to);
  parameters.emplace_back("oldest_first", flags.is_oldest_first ? "true" : "");
  add_moment(parameters, flags);
  EventRows rows(flags.format, console);
  const AnswerEnd end =
      for_each_remote_row(flags, "/v1/audit/trail", parameters, console, [&](const std::string& event) { rows.add_json(event); });
  rows.finish(end.cells());
  end.tell(flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_trail(const TrailFlags& flags, Console& console) {
  if (flags.server.is_given()) return remote_trail(flags, console);
  return ask_store(flags.store, "audit trail", console, [&](Store& store) { return trail(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
