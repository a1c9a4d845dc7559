// The event log in memory, for tests and simulation: the contract of event_log.h but for durability. Holds one partition.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "events/log/event_log.h"
#include "events/proof/tree.h"

namespace muniment {

class MemoryLog final : public EventLog {
 public:
  explicit MemoryLog(Partition partition = 0) : partition_(partition) {}

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override;
  LogHead head(Partition partition) const override;
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override;
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override;
  Version stream_version(Partition partition, const StreamName& stream) const override;
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override;
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override;
  void close() override {}

  // Every append from now on throws LogFailed, as after a disk that did not take one.
  void fail();

 private:
  using Words = std::vector<capnp::word>;

  std::optional<Conflict> find_conflict(const AppendBatch& batch) const;
  void add(RecordWords record);
  // Nothing beyond the end.
  const Words* record_at(Position position) const;

  const Partition partition_;
  mutable std::mutex mutex_;
  mutable std::condition_variable moved_;
  bool failed_ = false;
  MerkleTree tree_;
  LeafHasher hasher_;
  LogHead head_{0, empty_root};
  std::vector<std::unique_ptr<const Words>> records_;  // At addresses that stay: visitors read them without the lock.
  std::unordered_map<StreamName, std::vector<Position>> streams_;
  std::map<std::string, Position, std::less<>> commands_;  // keys.h, put_command_name
};

}  // namespace muniment
