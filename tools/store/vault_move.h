// Moves the vault of a store into a database of its own, and back: the same entries, so the same keys, PINs, tags and fingerprints. What
// was copied is read again before anything changes. Cut off at any point, the same call begins again or goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "events/values/on_progress.h"

namespace muniment {

struct VaultMoveOptions {
  std::filesystem::path store;
  std::string url;
  // Says what would be moved, and changes nothing but the log's lease, where the log is in a database.
  bool is_dry_run = false;
  OnProgress on_progress = {};
  // For tests of what a crash leaves: called before each step.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
};

struct VaultMoved {
  std::uint64_t entries = 0;
  std::filesystem::path kept = {};  // The vault as it was in the folder, under its new name; empty: none.
};

// From the folder to the database, which has neither a vault nor a log. Throws MoveRefused, VaultElsewhere, VaultError, StoreBusy,
// BadPostgresUrl, LogInUse, LogDamaged, LogFailed.
VaultMoved move_vault_to_database(const VaultMoveOptions& options);
// And back. What was in the database is removed there.
VaultMoved move_vault_to_folder(const VaultMoveOptions& options);

}  // namespace muniment
