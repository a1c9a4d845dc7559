// For tests of failures alone: what a test does between two steps of the log on PostgreSQL, and its protections switched off one by one, so
// that a test of each can be seen to fail without it.
#pragma once

#include <functional>
#include <string_view>

namespace muniment {

struct PostgresLogHooks {
  // Called by the appending thread: "lock" before it asks for the head's lock, "commit" before it sends what it commits, "settle" before
  // it asks what became of that.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
  bool settles = true;       // Asks what became of a COMMIT before anything else.
  bool checks_token = true;  // Compares its lease's token with the head's.
  bool checks_seen = true;   // Compares what it connects to with what was seen before.
};

// All protections on. In a source of its own: the program that the tests of a cluster hold against the real one has another in its place.
const PostgresLogHooks& hooks_where_none_are_given();

}  // namespace muniment
