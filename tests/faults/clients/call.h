// What one client asked of a node once, and what it was told: an operation of a history, as Jepsen has them. The keys are accounts, each a
// register that is locked or not and counts its changes.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace muniment::faults {

enum class Asked : std::uint8_t {
  write,            // Lock or unlock, whatever is.
  compare_and_set,  // The same, at this version alone.
  read,             // By one who has to see everything that is durable when it asks.
  follow,           // Of the views, once they have taken in what the client has seen.
};

enum class Told : std::uint8_t {
  nothing,    // No answer came: it has happened, will happen, or never does.
  changed,    // Recorded, at `position`.
  unchanged,  // It was so already.
  stale,      // The version is another one: `version`.
  state,      // Read: `is_locked` and `version`.
};

struct State {
  bool is_locked = false;
  std::uint64_t version = 0;

  auto operator<=>(const State&) const = default;
};

struct ClientCall {
  unsigned process = 0;  // A client that was told nothing goes on as another one.
  Asked asked{};
  unsigned key = 0;
  bool wants_locked = false;
  std::uint64_t expected_version = 0;
  std::string command_id = {};
  std::uint64_t waits_for = 0;  // A position.
  std::int64_t invoked_ns = 0;
  std::int64_t completed_ns = 0;  // Where it was told something.
  Told told = Told::nothing;
  State state = {};
  std::uint64_t position = 0;  // Of what was recorded; of a read what it is true of.
};

using ClientHistory = std::vector<ClientCall>;

// As a history of Jepsen: a map a line, invocations and completions in the order of their times. Values are pairs of key and value, as
// jepsen.independent has them.
void write_edn(const ClientHistory& history, std::ostream& out);
// The same as JSON, an object a line.
void write_json_lines(const ClientHistory& history, std::ostream& out);

}  // namespace muniment::faults
