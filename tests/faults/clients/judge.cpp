#include "tests/faults/clients/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace muniment::faults {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::int64_t end_of(const ClientCall& call) { return call.told == Told::nothing ? never : call.completed_ns; }

// The state behind it; nothing where what was told cannot be, here.
std::optional<State> behind(const ClientCall& call, const State& state) {
  if (call.asked == Asked::read) return call.told == Told::nothing || call.state == state ? std::optional{state} : std::nullopt;
  const bool is_stale = call.asked == Asked::compare_and_set && state.version != call.expected_version;
  const bool is_so = state.is_locked == call.wants_locked;
  const Told due = is_stale ? Told::stale : is_so ? Told::unchanged : Told::changed;
  if (call.told != Told::nothing && call.told != due) return std::nullopt;
  if (call.told == Told::stale && call.state.version != state.version) return std::nullopt;
  if (due != Told::changed) return state;
  return State{call.wants_locked, state.version + 1};
}

// The calls of one key.
class Search {
 public:
  Search(std::vector<const ClientCall*> calls, const State& first) : calls_(std::move(calls)), done_(calls_.size()), first_(first) {
    std::ranges::sort(calls_, {}, &ClientCall::invoked_ns);
  }

  bool finds_order() { return goes_on(first_); }

 private:
  // Of the calls that are left none has ended before this one began.
  bool may_be_next(std::size_t i) const {
    for (std::size_t other = 0; other < calls_.size(); ++other) {
      if (!done_[other] && other != i && end_of(*calls_[other]) < calls_[i]->invoked_ns) return false;
    }
    return true;
  }
  bool is_complete() const {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!done_[i] && calls_[i]->told != Told::nothing) return false;
    }
    return true;
  }
  bool goes_on(const State& state) {
    if (is_complete()) return true;
    if (!seen_.emplace(done_, state).second) return false;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (done_[i] || !may_be_next(i)) continue;
      const auto next = behind(*calls_[i], state);
      if (!next) continue;
      done_[i] = true;
      if (goes_on(*next)) return true;
      done_[i] = false;
    }
    return false;
  }

  std::vector<const ClientCall*> calls_;
  std::vector<bool> done_;
  State first_;
  std::set<std::pair<std::vector<bool>, State>> seen_;
};

// Of the key, once the log had that position.
State state_at(const FinalLog& log, unsigned key, std::uint64_t position) {
  State state = log.before[key];
  for (const LoggedChange& change : log.changes) {
    if (change.key == key && change.position <= position) state = {change.is_locked, state.version + 1};
  }
  return state;
}

}  // namespace

std::string check_linearizable(const ClientHistory& history, const std::vector<State>& before) {
  for (unsigned key = 0; key < before.size(); ++key) {
    std::vector<const ClientCall*> calls;
    for (const ClientCall& call : history) {
      if (call.key == key && call.asked != Asked::follow) calls.push_back(&call);
    }
    if (!Search(std::move(calls), before[key]).finds_order())
      return fmt::format("account {}: no order of its calls explains the answers", key);
  }
  return {};
}

std::string check_acknowledged(const ClientHistory& history, const FinalLog& log) {
  std::map<std::string, std::vector<const LoggedChange*>> by_command;
  for (const LoggedChange& change : log.changes) by_command[change.command_id].push_back(&change);
  for (const auto& [id, changes] : by_command) {
    if (changes.size() > 1) return fmt::format("{} is recorded {} times", id, changes.size());
  }
  for (const ClientCall& call : history) {
    const auto found = by_command.find(call.command_id);
    if (call.told == Told::unchanged || call.told == Told::stale) {
      if (found != by_command.end()) return fmt::format("{} was told to have changed nothing, and did", call.command_id);
    }
    if (call.told != Told::changed) continue;
    if (found == by_command.end()) return fmt::format("{} was acknowledged and is lost", call.command_id);
    const LoggedChange& change = *found->second.front();
    if (change.position != call.position || change.key != call.key || change.is_locked != call.wants_locked)
      return fmt::format("{} was acknowledged at {}, and stands at {}", call.command_id, call.position, change.position);
  }
  return {};
}

std::string check_followers(const ClientHistory& history, const FinalLog& log) {
  for (const ClientCall& call : history) {
    if (call.told != Told::state) continue;
    if (call.position < call.waits_for)
      return fmt::format("process {} waited for {}, and was answered as of {}", call.process, call.waits_for, call.position);
    if (call.state != state_at(log, call.key, call.position))
      return fmt::format("process {} was shown of account {} what it was not at position {}", call.process, call.key, call.position);
  }
  return {};
}

Tally tally(const ClientHistory& history, const FinalLog& log) {
  Tally out;
  std::map<std::string, std::uint64_t> recorded;
  for (const LoggedChange& change : log.changes) out.doubled += ++recorded[change.command_id] == 2 ? 1 : 0;
  std::vector<std::int64_t> times;
  for (const ClientCall& call : history) {
    if (call.told != Told::changed) continue;
    ++out.acknowledged;
    out.lost += recorded.contains(call.command_id) ? 0 : 1;
    times.push_back(call.completed_ns);
  }
  std::ranges::sort(times);
  for (std::size_t i = 1; i < times.size(); ++i) out.silence_ns = std::max(out.silence_ns, times[i] - times[i - 1]);
  return out;
}

std::string judge(const ClientHistory& history, const FinalLog& log) {
  for (const auto& wrong : {check_acknowledged(history, log), check_followers(history, log), check_linearizable(history, log.before)}) {
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace muniment::faults
