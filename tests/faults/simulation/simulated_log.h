// The contract of event_log.h over the simulation's disk: what the log on RocksDB is to those above it, in a page. It writes a group, syncs
// it, shows it; has a durable head of the production form beside it; and when it is opened takes up what it finds whole and refuses what
// ends before the durable head. Its own: how a group stands in the file.
#pragma once

#include "events/log/durable_head.h"
#include "events/log/memory_log.h"
#include "tests/faults/simulation/memory_disk.h"

namespace muniment::faults {

// What may be left out, for controls.
struct Protections {
  bool syncs = true;                // The log syncs a group before it shows it.
  bool checks_head = true;          // And holds itself against the durable head when it is opened.
  bool stops_after_failure = true;  // And takes nothing more after a write or a sync that failed.
  bool knows_commands = true;       // And finds a command that it has recorded.
  bool vault_syncs = true;
};

class SimulatedLog final : public EventLog {
 public:
  // Throws LogDamaged where the disk lost what the durable head covers.
  SimulatedLog(MemoryDisk& disk, const Protections& protections);

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override;
  // What the durable head's own thread does now and then: writes the head that is due, if one is. Throws PowerGone.
  void write_head();

  LogHead head(Partition partition) const override { return memory_.head(partition); }
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override {
    memory_.read_runs(partition, from, to, visit);
  }
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override {
    memory_.read_stream(partition, stream, from, visit);
  }
  Version stream_version(Partition partition, const StreamName& stream) const override { return memory_.stream_version(partition, stream); }
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override;
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override {
    return memory_.wait_beyond(partition, position, time);
  }
  void close() override {}

  static constexpr const char* log_file = "log";
  static constexpr const char* head_file = "head";

 private:
  void recover();
  void check_head(const std::vector<LogHead>& heads);
  void require_usable() const;

  MemoryDisk& disk_;
  const Protections protections_;
  MemoryLog memory_;
  std::size_t end_ = 0;  // Of the log's file.
  DurableHead written_;
  std::optional<LogHead> due_;
  bool failed_ = false;
};

}  // namespace muniment::faults
