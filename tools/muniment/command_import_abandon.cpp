// muniment import abandon: an interrupted import of history that will not be gone on with.
#include <fmt/format.h>

#include <algorithm>

#include "commands/sight.h"
#include "tools/import/history_import.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/moments.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/wire/answer_line.h"

namespace muniment {
namespace {

bool is_code(std::string_view text) {
  const auto is_of_a_code = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, is_of_a_code);
}

[[noreturn]] void tell_refusal(Refusal refusal) {
  throw CliError(is_denial(refusal) ? ExitCode::denied : ExitCode::refused, fmt::format("{}: {}", name_of(refusal), meaning_of(refusal)));
}

OpenImport import_at(Position position, const EventLog& log) {
  require_reached("POSITION", position, log);
  const auto import = import_started_at(log, position);
  if (!import)
    throw CliError(ExitCode::not_found, fmt::format("event {} began no import of history: `muniment stats` lists what has not completed "
                                                    "(pending_import.POSITION)",
                                                    position));
  return *import;
}

std::uint64_t count_rows(const OpenImport& import, Store& store, const Console& console) {
  const Position head = store.log().head(0).position;
  Progress progress(console, "events", head - import.position);
  return rows_recorded_by(store.log(), import.position, [&](Position at) { progress.at(at - import.position); });
}

// By the same rules, and nothing is recorded.
void rehearse(const AbandonImport& abandon, const Request& request, Store& store) {
  World world;
  Sight sight(world, store.log(), store.vault());
  sight.begin(system_now(), store.log().head(0).position);
  const auto decided = decide(abandon, request, sight);
  if (!decided) tell_refusal(decided.error().refusal);
  if (decided->events.empty()) throw CliError(ExitCode::refused, "the import was abandoned before: there is nothing to do");
}

Position record(const OpenImport& import, std::uint64_t rows, const Request& request, Store& store, const Console& console) {
  const Answer answer = abandon_import(import, rows, request, store.sequencer());
  if (answer.refusal) tell_refusal(*answer.refusal);
  if (answer.status == Answer::Status::unchanged)
    throw CliError(ExitCode::refused, "the import was abandoned before: there is nothing to do");
  if (answer.status != Answer::Status::accepted) throw_failure(answer);
  bring_up_to_date(store, console);
  return answer.last_position;
}

ExitCode abandon(const ImportAbandonFlags& flags, const Request& request, Store& store, Console& console) {
  const OpenImport import = import_at(flags.import, store.log());
  const std::uint64_t rows = count_rows(import, store, console);
  std::vector<std::pair<std::string, Cell>> printed{{"import_position", import.position}};
  if (flags.is_dry_run) {
    rehearse({import.id, rows}, request, store);
    printed.emplace_back("would_pass_over", rows);
  } else {
    const Position position = record(import, rows, request, store, console);
    printed.emplace_back("passed_over", rows);
    printed.emplace_back("abandoned_at_position", position);
  }
  write_record(flags.format, printed, console.out);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_import_abandon(const ImportAbandonFlags& flags, Console& console) {
  const auto actor = Principal::parse(flags.actor.empty() ? "officer:" + login_name() : flags.actor);
  if (!actor || actor->kind != schema::PrincipalKind::OFFICER) throw CliError(ExitCode::usage, "--actor: expected officer:NAME");
  if (!is_code(flags.reason)) throw CliError(ExitCode::usage, "--reason: expected 1 to 64 of a-z, 0-9 and _");
  Request request;
  request.actor = *actor;
  request.reason = flags.reason;
  return with_recording_store(flags.store, "import abandon", console,
                              [&](Store& store) { return abandon(flags, request, store, console); });
}

}  // namespace muniment
