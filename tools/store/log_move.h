// Moves the log of a store into a database, and back: the same bytes at the same positions, so the same roots, and with them the
// checkpoints and time stamps that the log keeps. What was copied is read again before anything changes. Cut off at any point, the same
// call goes on where it stopped, as long as the store has not been written to since.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "events/log/event_log.h"
#include "events/values/on_progress.h"

namespace muniment {

// What is there is no beginning of the log that is to be moved, or is not where it was said to be. The message says what to do.
struct MoveRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct LogMoveOptions {
  std::filesystem::path store;
  std::string url;
  // Says what would be moved, and changes nothing but the lease in the database.
  bool is_dry_run = false;
  OnProgress on_progress = {};
  // For tests of what a crash leaves: called before each step.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
};

struct LogMoved {
  LogHead head;
  Position already = 0;          // So many were there from a run before.
  Position checkpoint_size = 0;  // Of the newest checkpoint beside the store: its root was found again in what was copied.
  std::uint64_t checkpoints = 0;
  std::uint64_t time_stamps = 0;
  std::filesystem::path kept = {};  // The log as it was in the folder, under its new name; empty: none.
};

// From the folder to the database, which has no log yet or the beginning of this one. Throws MoveRefused, LogElsewhere, StoreBusy,
// BadPostgresUrl, LogInUse, LogDamaged, LogFailed.
LogMoved move_log_to_database(const LogMoveOptions& options);
// And back. The log that stays in the database takes no more events: its lease is given to nobody.
LogMoved move_log_to_folder(const LogMoveOptions& options);

}  // namespace muniment
