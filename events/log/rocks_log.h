// The event log on RocksDB, embedded. docs/formats.md, "The log", has its bytes; docs/ARCHITECTURE.md says why it looks like this.
//
// What it adds to the contract of event_log.h:
// - Opening it after an unclean close reads it first without changing a byte, compares it with the durable head and the last checkpoint,
//   and refuses with LogDamaged, naming the positions, when synced events are missing or differ. Only then is it opened for writing.
// - It holds one partition and is open once: a second time throws LogInUse (durable_head.h).
// - The threads of its own: RocksDB's two, the durable head's, and one that writes the index and merges small chunks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log/proven_log.h"
#include "events/log/verification.h"
#include "events/values/on_progress.h"

namespace muniment {

class RocksStore;
struct RocksLogHooks;  // For tests of failures; rocks_hooks.h.

struct RocksLogOptions {
  std::filesystem::path folder;     // Of the database, and of nothing else.
  std::filesystem::path head_file;  // The durable head: not in that folder, and better on another disk.
  Partition partition = 0;
  // The newest one that is kept elsewhere: the log must still contain it.
  std::optional<LogHead> checkpoint = std::nullopt;
  std::size_t block_cache_bytes = 64u << 20;
  // So many records are indexed in memory before they are indexed on disk: about 100 bytes each, and three times that at most.
  std::size_t index_run_records = 262'144;
  // So many streams' versions are kept in memory, 64 bytes each once they have been written to.
  std::size_t stream_heads_max = 2'097'152;
  // Where the records are that the database has no more; empty: nobody said. A log that has them all does not look.
  std::filesystem::path archive = {};
  const RocksLogHooks* hooks = nullptr;  // Borrowed for the log's life.
  // Of an opening: after a crash the newest part of the index is made again.
  OnProgress on_progress = {};
};

struct FamilySize {
  std::string name;
  std::uint64_t file_bytes;    // In table files.
  std::uint64_t memory_bytes;  // Not yet in one.
  std::uint64_t keys;          // Estimated.
};

class RocksLog final : public ProvenLog {
 public:
  // Makes an empty log. Throws LogFailed when the folder or the head file is there already. The folder's parent must exist.
  static std::unique_ptr<RocksLog> create(const RocksLogOptions& options);
  // Throws LogDamaged, LogInUse or LogFailed; a refused log is left as it was found.
  static std::unique_ptr<RocksLog> open(const RocksLogOptions& options);
  // Without a close() the log looks as after a crash: nothing is lost, and the next open checks it.
  ~RocksLog() override;

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override;
  LogHead head(Partition partition) const override;
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override;
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override;
  Version stream_version(Partition partition, const StreamName& stream) const override;
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override;
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override;
  void close() override;

  MerkleTree tree() const override;
  Tile read_tile(unsigned level, std::uint64_t index) const override;
  using ProvenLog::keep_checkpoint;
  void keep_checkpoint(Position size, std::string_view note, bool synced) override;
  void read_checkpoints(Position from, const CheckpointVisitor& visit) const override;
  void keep_time_stamp(Position size, std::string_view token) override;
  void read_time_stamps(Position from, const CheckpointVisitor& visit) const override;
  std::optional<std::string> checkpoint_at_most(Position size) const override;

  BlockVerified verify_block(std::uint64_t block) const override;

  // Rewrites neighbouring chunks of fewer than 32 records as chunks of up to 64: same records, same positions, each in one atomic write.
  // Readers are not disturbed. The log's own thread does it now and then; returns the number of chunks that are gone.
  std::size_t merge_small_chunks();

  // The records up to here are in an archive, and not in the database. A multiple of 256; 0: none.
  Position archived() const;
  // Reads the records up to `last` from the bundles in that folder (docs/formats.md, "Archive"), compares each with the tree, and only then
  // takes them out of the database: they are read there from now on, whatever was said before. Tells now and then how far it has read, and
  // when all of it is right, before anything changes; what that throws ends it. One thread at a time, while others append and read. Throws
  // LogDamaged where the folder does not have them as they are, and changes nothing then; LogFailed.
  // Precondition: a multiple of 256, not beyond the head nor below archived().
  void move_to_archive(const std::filesystem::path& folder, Position last, const std::function<void(Position)>& on_read,
                       const std::function<void()>& on_right);

  // For what copies it; rocks_store.h.
  const RocksStore& store() const;

  bool was_closed_cleanly() const;  // Before it was opened this time.
  std::vector<FamilySize> sizes() const;

 private:
  class Impl;
  explicit RocksLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
