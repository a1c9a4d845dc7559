#include "tools/muniment/trail_query.h"

#include <fmt/format.h>

#include "tools/muniment/audit_rows.h"
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

}  // namespace

TrailQuery trail_query(const TrailFlags& flags, Store& store, const Console& console) {
  TrailQuery query{.username = username_flag("--user", flags.username),
                   .provider = provider_flag("--provider", flags.provider),
                   .actor = flags.actor.empty() ? std::nullopt : std::optional{asked_actor(flags.actor)},
                   .type = std::nullopt,
                   .from = time_flag("--from", flags.from),
                   .to = time_flag("--to", flags.to),
                   .newest_first = !flags.is_oldest_first,
                   .moment = moment_of(flags, store.log()),
                   .limit = 1,
                   .cursor = cursor_within(Generations::of(store.log()), flags.cursor)};
  require_in_order(query.from, query.to);
  if (!flags.type.empty()) {
    query.type = fact_number(flags.type);
    if (!query.type)
      throw CliError(ExitCode::usage, "--type: expected a kind of event, such as subordinate_created; docs/cli.md lists them");
  }
  if (!flags.not_types.empty()) {
    auto numbers = fact_numbers(flags.not_types);
    if (!numbers)
      throw CliError(
          ExitCode::usage,
          "--not-type: expected kinds of events with commas between them, such as records_read,signed_in; docs/cli.md lists them");
    query.not_types = *std::move(numbers);
  }
  require_known(store.log(), query.provider, query.username);
  bring_up_to_date(store, console);
  const Trail trail(store.views());
  if (query.actor) require_known_actor(*query.actor, trail, store.log());
  if (query.actor) choose_actor(query, trail, console);
  return query;
}

Parameters trail_parameters(const TrailFlags& flags) {
  return {{"user", flags.username},      {"provider", flags.provider}, {"actor", flags.actor}, {"type", flags.type},
          {"not_type", flags.not_types}, {"from", flags.from},         {"to", flags.to}};
}

std::vector<std::string> narrowed_by(const TrailFlags& flags) {
  return names_of_given({{"provider", !flags.provider.empty()},
                         {"user", !flags.username.empty()},
                         {"actor", !flags.actor.empty()},
                         {"type", !flags.type.empty()},
                         {"not_type", !flags.not_types.empty()},
                         {"from", !flags.from.empty()},
                         {"to", !flags.to.empty()},
                         {"at", !flags.at.empty()},
                         {"recorded_at", !flags.recorded_at.empty()},
                         {"position", flags.position.has_value()}});
}

}  // namespace muniment
