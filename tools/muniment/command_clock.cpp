// muniment clock: after a step of the machine's clock.
#include <fmt/format.h>

#include <ostream>

#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/store/clock_step.h"

namespace muniment {
namespace {

void require_accepted(const Answer& answer) {
  if (answer.refusal) throw CliError(ExitCode::denied, fmt::format("{}: {}", name_of(*answer.refusal), meaning_of(*answer.refusal)));
  if (answer.status != Answer::Status::accepted) throw_failure(answer);
}

// Decides what accepting it would be, and appends nothing. Precondition: the store rehearses.
Answer rehearse(Submission submission, Store& store) {
  Decider decider(store.log(), store.vault(), system_now);
  Group group;
  decider.decide(submission, group);
  return std::move(group.answers.front().second);
}

ExitCode accept(const Principal& actor, bool is_dry_run, Store& store, const Console& console) {
  const auto step = unaccepted_step(store.folder(), store.log(), system_now());
  if (!step) {
    console.note("no step of the clock is known, and it is not behind the log's last event: there is nothing to accept");
    return ExitCode::ok;
  }
  Submission submission = accept_clock(*step, actor, {}, schema::Source::OPERATOR);
  if (is_dry_run) {
    require_accepted(rehearse(std::move(submission), store));
    console.note(
        fmt::format("dry run: would accept that the clock says {}; expected was {} or later", step->clock.text(), step->expected.text()));
    return ExitCode::ok;
  }
  const Answer answer = store.sequencer().ask(std::move(submission));
  require_accepted(answer);
  forget_step(store.folder());
  console.note(fmt::format("accepted, at position {}: the clock says {}; expected was {} or later", answer.last_position,
                           step->clock.text(), step->expected.text()));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_clock_accept(const ClockAcceptFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    if (!flags.actor.empty()) throw CliError(ExitCode::usage, "--actor: with --server it is the token's holder");
    if (flags.is_dry_run)
      throw CliError(ExitCode::usage, "--dry-run: of a store; what a node would accept stands in its faults (/v1/stats)");
    console.out << RemoteNode(flags.server).post("/v1/clock/accept") << std::flush;
    return ExitCode::ok;
  }
  const auto actor = Principal::parse(flags.actor.empty() ? "officer:" + login_name() : flags.actor);
  if (!actor || actor->kind != schema::PrincipalKind::OFFICER) throw CliError(ExitCode::usage, "--actor: expected officer:NAME");
  return with_store(flags.store, "clock accept", console, [&](Store& store) { return accept(*actor, flags.is_dry_run, store, console); },
                    {.rehearses = flags.is_dry_run});
}

}  // namespace muniment
