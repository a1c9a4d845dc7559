// A step of the machine's clock: evidence whose times went wrong is worth little, so whoever runs the node has to say that the clock is
// right now, and that is recorded.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "commands/decider.h"

namespace muniment {

struct ClockStep {
  Timestamp clock;     // What the clock said.
  Timestamp expected;  // What it would have said without the step.
};

// By how much a clock may be wrong before it counts as stepped.
constexpr std::chrono::seconds clock_step_max{60};

// Whether the log's last event lies in the future, and nobody has accepted that: the clock was set back while no node ran, or it was ahead
// when the event was recorded. Throws what the log throws.
std::optional<ClockStep> step_since_last_event(const EventLog& log, Timestamp now);

// A step that a running node has noticed is kept in the store's folder until it is accepted, so that the next start knows of it: a step
// forward would not be told from time that has passed. They throw std::system_error.
void keep_step(const std::filesystem::path& store, const ClockStep& step);
void forget_step(const std::filesystem::path& store);
// The one that was kept, as of now; what the clock should say follows the machine's count of time, if it has run since. Else
// step_since_last_event.
std::optional<ClockStep> unaccepted_step(const std::filesystem::path& store, const EventLog& log, Timestamp now);

// Nothing may be recorded: a step of the clock is not accepted, and its time would be on record for ever. The message says what to do.
struct ClockStepped : std::runtime_error {
  ClockStepped();
};

// The command that accepts it, under an id of its own. `requested_by` names an operator, for whom the node acts.
Submission accept_clock(const ClockStep& step, Principal actor, std::string requested_by, schema::Source source);

}  // namespace muniment
