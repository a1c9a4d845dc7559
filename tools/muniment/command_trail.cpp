// muniment audit trail: what happened to or by somebody, or somewhere.
#include "projections/trail.h"

#include <fmt/format.h>

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/event_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/asked_actor.h"

namespace muniment {
namespace {

// An actor of whom nothing is known is an error, not an empty answer.
void require_known_actor(const Principal& actor, const Trail& trail, const EventLog& log) {
  if (!is_known_actor(actor, trail, log)) throw CliError(ExitCode::not_found, "--actor: nobody of this name is known; check the spelling");
}

// Whoever asks is told of the other one of the name.
void choose_actor(TrailQuery& query, const Trail& trail, const Console& console) {
  ActorChoice choice = choose_actor(query, trail);
  query.actor = std::move(choice.actor);
  if (choice.other) console.note(fmt::format("imported history has acts of the same name besides: --actor {}", choice.other->text()));
}

ExitCode trail(const TrailFlags& flags, Store& store, const Console& console) {
  TrailQuery query{.username = username_flag("--user", flags.username),
                   .provider = provider_flag("--provider", flags.provider),
                   .actor = flags.actor.empty() ? std::nullopt : std::optional{asked_actor(flags.actor)},
                   .type = std::nullopt,
                   .from = time_flag("--from", flags.from),
                   .to = time_flag("--to", flags.to),
                   .newest_first = !flags.is_oldest_first,
                   .moment = moment_of(flags, store.log()),
                   .limit = 1,
                   .cursor = flags.cursor};
  if (!flags.type.empty()) {
    query.type = fact_number(flags.type);
    if (!query.type)
      throw CliError(ExitCode::usage, "--type: expected a kind of event, such as subordinate_created; docs/cli.md lists them");
  }
  require_known(store.log(), query.provider, query.username);
  bring_up_to_date(store, console);
  const Trail trail(store.views());
  if (query.actor) require_known_actor(*query.actor, trail, store.log());
  if (query.actor) choose_actor(query, trail, console);
  EventRows rows(flags.format, console);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return trail.search(query);
  };
  const AnswerEnd end = for_each_row(flags, ask, [&](const TrailRow& row) {
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
  return ask_store(flags.store, "audit trail", console, [&](Store& store) { return trail(flags, store, console); });
}

}  // namespace muniment
