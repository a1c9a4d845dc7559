// muniment clock: after a step of the machine's clock.
#include <fmt/format.h>

#include <ostream>

#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/store/clock_step.h"

namespace muniment {
namespace {

ExitCode accept(const Principal& actor, Store& store, const Console& console) {
  const auto step = unaccepted_step(store.folder(), store.log(), system_now());
  if (!step) {
    console.note("no step of the clock is known, and it is not behind the log's last event: there is nothing to accept");
    return ExitCode::ok;
  }
  const Answer answer = store.sequencer().ask(accept_clock(*step, actor, {}, schema::Source::OPERATOR));
  if (answer.refusal) throw CliError(ExitCode::denied, fmt::format("{}: {}", name_of(*answer.refusal), meaning_of(*answer.refusal)));
  if (answer.status != Answer::Status::accepted) throw StoreStopped(answer.failure);
  forget_step(store.folder());
  console.note(fmt::format("accepted, at position {}: the clock says {}; expected was {} or later", answer.last_position,
                           step->clock.text(), step->expected.text()));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_clock_accept(const ClockAcceptFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    if (!flags.actor.empty()) throw CliError(ExitCode::usage, "--actor: with --server it is the token's holder");
    console.out << RemoteNode(flags.server).post("/v1/clock/accept") << std::flush;
    return ExitCode::ok;
  }
  const auto actor = Principal::parse(flags.actor.empty() ? "officer:" + login_name() : flags.actor);
  if (!actor || actor->kind != schema::PrincipalKind::OFFICER) throw CliError(ExitCode::usage, "--actor: expected officer:NAME");
  return with_store(flags.store, "clock accept", [&](Store& store) { return accept(*actor, store, console); });
}

}  // namespace muniment
