// The answer to one command as one JSON object: what `muniment submit` prints and the server sends.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "commands/answer.h"
#include "events/json/reader.h"

namespace muniment {

// The problem of an answer that failed because what its decision rests on cannot be read: nothing was recorded. docs/server.md, "Problems".
inline constexpr std::string_view unread_problem = "log_unreadable";

// JsonError: malformed, and not submitted.
struct LineAnswer {
  std::uint64_t line = 0;  // From 1; 0: it was no line of several.
  std::string command_id = {};
  std::variant<Answer, JsonError> outcome = {};
};

// The end of a batch that the node ends before its stream has: the last line.
struct BatchStopped {
  std::string_view problem;             // Its public name. docs/server.md, "Problems".
  std::chrono::seconds retry_after{0};  // 0: there is no use in it.
};

// Whether it is one of the refusals that say who may.
bool is_denial(Refusal refusal);

// Appends the members of an outcome behind those that `out` has. With `is_dry_run`, without what only a recorded outcome has: positions and
// a credential.
void write_outcome(std::string& out, const Answer& answer, bool is_dry_run);
// Appends the line, with its end.
void write_answer(std::string& out, const LineAnswer& answer, bool is_dry_run);
void write_stopped(std::string& out, const BatchStopped& stopped);

}  // namespace muniment
