// Whether a history can be true: of each account by itself, whatever order its calls took effect in between their beginnings and their
// ends; and together with the log as it was read in the end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/faults/clients/call.h"

namespace muniment::faults {

// A change of an account that is in the log.
struct LoggedChange {
  std::uint64_t position = 0;
  unsigned key = 0;
  bool is_locked = false;
  std::string command_id = {};
};

struct FinalLog {
  std::vector<State> before;          // Of each key, when the history began.
  std::vector<LoggedChange> changes;  // In the order of positions.
};

// Each says what is wrong; empty: nothing.

// Writes, compare-and-sets and reads of each key are those of a register, in some order that never turns two round of which one had ended
// when the other began (Wing and Gong's search, with Lowe's memory of where it has been).
std::string check_linearizable(const ClientHistory& history, const std::vector<State>& before);
// Whatever was acknowledged stands in the log, once, where the client was told, and as it asked.
std::string check_acknowledged(const ClientHistory& history, const FinalLog& log);
// A view shows the state that its position says, and never one before what its caller waited for.
std::string check_followers(const ClientHistory& history, const FinalLog& log);

// For a report: what was acknowledged as recorded, what of it is not in the log, what is there more than once, and the longest time in
// which nothing was acknowledged while somebody asked.
struct Tally {
  std::uint64_t acknowledged = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::int64_t silence_ns = 0;
};
Tally tally(const ClientHistory& history, const FinalLog& log);

// All of them.
std::string judge(const ClientHistory& history, const FinalLog& log);

}  // namespace muniment::faults
