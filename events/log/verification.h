// The whole log read again: every chunk, every record's hash, every stored tile, both indexes, and the roots that the log is known to have
// had. Nothing is believed but those roots; nothing is written. docs/formats.md says what has to hold.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/log/log_key_rotation.h"
#include "events/log/proven_log.h"

namespace muniment {

struct RocksLogOptions;

// A root that the log had at a size, on somebody's word: "the durable head", "the checkpoint beside the log".
struct KnownRoot {
  LogHead head;
  std::string who;
};

struct VerifyOptions {
  unsigned threads = 1;
  std::span<const KnownRoot> roots = {};
  // The log's keys as they are known, newest first: which of them must have signed which checkpoint in the log is what the log records of
  // its keys. None: the checkpoints are not looked at.
  std::span<const VerifierKey> log_keys = {};
  // Of whoever certifies the time authority, PEM: the time stamps in the log are checked. Empty: they are not. Takes log_keys.
  std::string time_authority = {};
  // Told, one call at a time and from any thread, how many records have been read. May throw nothing.
  std::function<void(Position done, Position all)> on_progress = [](Position, Position) {};
};

struct LogVerified {
  LogHead head;           // What was found.
  Position archived = 0;  // So many of its records are in the archive.
  std::uint64_t chunks = 0;
  std::uint64_t tiles = 0;
  std::uint64_t index_entries = 0;
  std::uint64_t roots = 0;        // Of `roots`, and the durable head's.
  std::uint64_t checkpoints = 0;  // In the log.
  // Where keys were given, and the records were read to their end.
  std::optional<KeyChain> log_keys;
  std::uint64_t time_stamps = 0;  // That were checked.
  std::optional<LogFault> fault;
};

// Of a log that nobody has open, as its files were found. Throws LogInUse, LogFailed where the files cannot be read, and LogDamaged where
// RocksDB cannot open them or the durable head says nothing.
LogVerified verify_log(const RocksLogOptions& log, const VerifyOptions& options);

// The newest of the checkpoints that a log keeps, which nobody need have open: read as its files stand, and nothing is verified. Throws
// LogDamaged, LogFailed.
std::optional<std::string> newest_checkpoint_in(const RocksLogOptions& log);

}  // namespace muniment
