// muniment audit trail: what happened to or by somebody, or somewhere.
#include "projections/trail.h"

#include "tools/muniment/event_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/trail_query.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

constexpr std::string_view refused_type = "command_refused";

std::optional<Refusal> refusal_flag(const TrailFlags& flags) {
  if (flags.refusal.empty()) return std::nullopt;
  const auto refusal = refusal_named(flags.refusal);
  if (!refusal) throw CliError(ExitCode::usage, "--refusal: there is no such refusal; docs/refusals.md lists them");
  if (!flags.type.empty() && flags.type != refused_type)
    throw CliError(ExitCode::usage, "--type: expected command_refused, or none, beside --refusal");
  return refusal;
}

// Of those rows, the attempts that were refused for that.
void keep_refused_as(Refusal refusal, std::vector<TrailRow>& rows, const EventLog& log) {
  std::erase_if(rows, [&](const TrailRow& row) {
    bool is_kept = false;
    log.read(0, row.position, row.position, [&](Position, RecordWords words) {
      RecordReader record(words);
      is_kept = is_refused_as(record.event(), refusal);
      return false;
    });
    return !is_kept;
  });
}

ExitCode trail(TrailFlags flags, Store& store, const Console& console) {
  const auto refusal = refusal_flag(flags);
  if (refusal) flags.type = refused_type;
  TrailQuery query = trail_query(flags, store, console);
  if (refusal) query.narrowed_by = name_of(*refusal);
  const Trail trail(store.views());
  EventRows rows(flags.format, console);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    auto page = trail.search(query);
    if (page && refusal) keep_refused_as(*refusal, page->rows, store.log());
    return page;
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
  Parameters parameters = trail_parameters(flags);
  parameters.emplace_back("refusal", flags.refusal);
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
