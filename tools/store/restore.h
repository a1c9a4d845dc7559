// Puts a store or its vault back from a backup. What is put back is verified before it takes the place of what is there, and that is kept
// beside it under another name; nothing serves meanwhile. Cut off at any point, the same call begins again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/store/backup.h"

namespace muniment {

// Events are known to have been durable that the backup does not have, or the backup is of another history: the message says which.
struct RestoreRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr std::size_t statement_characters_max = 1000;

struct LogRestore {
  std::filesystem::path backup;           // The folder of backups.
  std::optional<std::uint32_t> number{};  // Which; absent: the newest that has what is asked for.
  std::optional<Position> position{};     // Up to here and no further; absent: all that the backup has.
  // What is said to accept the loss of later events; it is recorded. Empty: none may be lost. Precondition: as normalized() gives it, and
  // at most statement_characters_max.
  std::string statement{};
  std::vector<std::filesystem::path> checkpoints{};  // That were kept elsewhere: what is restored has to continue them.
  std::string requested_by{};                        // Who restores it; recorded.
  std::filesystem::path archive{};                   // Of the records that the backup does not have; empty: where the store says.
};

struct RestoredLog {
  BackupManifest from;
  Position head = 0;                      // The last position there is then, before the restoring itself is recorded.
  LogHead former = {};                    // That was known to be durable and is lost; at position 0: none is.
  std::filesystem::path set_aside{};      // The log that was there before; empty: none was.
  std::vector<std::string> unreadable{};  // What of the store could have told of later events, and cannot be read.
  std::string untold{};                   // The names of those files, where nothing else says how far the log was: perhaps events are lost.
};

// A head that the log is known to have had: what of it is lost is not given up without a word.
struct KnownHead {
  LogHead head;
  std::string what;  // Who says so.
};
// A file in the store that could say of one and cannot be read.
struct UnreadableHead {
  std::string name;
  std::string why;
};
struct KnownHeads {
  std::vector<KnownHead> heads;
  std::vector<UnreadableHead> unreadable;
  bool is_bounded = false;  // One of them is of whatever follows the log closely, or was given.
};
// By the store's own files, the checkpoints that its log keeps and those that were given. Throws RestoreRefused for a given checkpoint that
// is none of the log's.
KnownHeads known_heads(const std::filesystem::path& store, const LogRestore& restore);

// What would be restored; changes nothing. Throws RestoreRefused, NoBackup, BackupDamaged.
RestoredLog plan_restore(const std::filesystem::path& store, const LogRestore& restore);
// Restores the log into the store's folder, or into a new one. The views are dropped; they are built again. Recorded as store_restored,
// without a vault where the store has none; where that is cut off, by the next opening that records. Throws as plan_restore, StoreBusy, and
// LogDamaged when the backup is not what it says.
RestoredLog restore_store(const std::filesystem::path& store, const LogRestore& restore, const StoreOptions& options);

struct RestoredVault {
  VaultManifest from;
  std::size_t accounts = 0;    // That have a key.
  std::uint64_t erasures = 0;  // That were recorded later, and carried out again before this returns.
  std::filesystem::path set_aside{};
};

// Restores the vault alone, once the epoch key has opened everything in the backup. Recorded as store_restored. Throws VaultError,
// BackupDamaged, StoreBusy.
RestoredVault restore_vault(const std::filesystem::path& store, const std::filesystem::path& backup, const std::string& requested_by,
                            const StoreOptions& options);

}  // namespace muniment
