// A log that proves what it holds: besides the contract of event_log.h it gives its tree, and keeps what was signed about it.
//
// Threading: everything here may be called by any thread, while another appends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/log/event_log.h"
#include "events/proof/tree.h"

namespace muniment {

using CheckpointVisitor = std::function<bool(Position size, std::string_view note)>;

// The first position at which the log is not what it was, and what shows it.
struct LogFault {
  Position position = 0;
  std::string what;
};

// A part of the log: the positions from 65,536 n + 1 on, as many as one tile of level 1 covers.
inline constexpr unsigned block_height = 16;
inline constexpr Position block_records = Position{1} << block_height;

// Of a part: its records as they are stored, the tiles over it, whichever are full.
struct BlockVerified {
  Position last = 0;  // The last position that was read.
  std::optional<LogFault> fault;
};

class ProvenLog : public EventLog {
 public:
  // The tree over all that is durable. May wait for the group under way. Throws LogFailed once a write has failed.
  virtual MerkleTree tree() const = 0;
  // A full tile, as it was stored with the last record that it covers. Throws LogDamaged when it is not there.
  virtual Tile read_tile(unsigned level, std::uint64_t index) const = 0;

  // Signed notes about this log at some size, one a size: the one that was kept last. They are durable with the next group, or with
  // close(), or at once.
  virtual void keep_checkpoint(Position size, std::string_view note, bool synced) = 0;
  void keep_checkpoint(Position size, std::string_view note) { keep_checkpoint(size, note, false); }
  // Visits those of a size of at least `from`, in order, until the visitor says no.
  virtual void read_checkpoints(Position from, const CheckpointVisitor& visit) const = 0;
  // Time stamp tokens over checkpoints of these sizes, kept and visited in the same way.
  virtual void keep_time_stamp(Position size, std::string_view token) = 0;
  virtual void read_time_stamps(Position from, const CheckpointVisitor& visit) const = 0;
  // The newest checkpoint of a size of at most `size`.
  virtual std::optional<std::string> checkpoint_at_most(Position size) const = 0;

  // Reads a part of the log again, and compares it with the log's tree.
  virtual BlockVerified verify_block(std::uint64_t block) const = 0;
};

}  // namespace muniment
