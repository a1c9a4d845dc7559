// The event log on PostgreSQL's wire: the same contract, kept by an engine that replicates. docs/formats.md, "The log on PostgreSQL", has
// its tables; docs/OPERATIONS.md says how to run it.
//
// What it adds to the contract of event_log.h:
// - One appends at a time: whoever holds the lease, which is kept in the database. Its token is compared with the head's under the head's
//   lock, so that a former holder who was paused cannot write. Whoever lost it stops, as after a failed write.
// - A session that breaks, a server that does not answer in time and a COMMIT that did not wait for its standbys leave open what became of
// a
//   group. That is settled before append() returns: the head's position and root tell whether the group is there, and it counts as durable
//   only when a later COMMIT has been durable in full. Where it cannot be settled in time, append() throws LogFailed.
// - The highest head that was seen is kept in a file of this node's. A server whose log does not extend it is not written to, whatever it
//   says of itself: opening throws LogDamaged and an append LogFailed, with both heads.
// - It holds one partition. The threads of its own: one that renews the lease, and the durable head's.
// - One that follows takes no lease and no events: it looks for what another has appended, hashes it, and shows it once that leads to the
//   head's root. Its sessions may be with servers that take no writes, if its URL says so (target_session_attrs). One that shows less than
//   was seen, or a lease that has been over for as long as a lease lasts, is left for another. Of what such servers show it keeps in its
//   file the head before the newest one alone: that one may be on no other server yet.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "events/log/lease_holder.h"
#include "events/log/proven_log.h"
#include "events/log/verification.h"
#include "events/postgres/postgres_url.h"

namespace muniment {

struct PostgresLogHooks;  // For tests of failures; postgres_hooks.h.

struct PostgresLogOptions {
  PostgresUrl url;
  std::filesystem::path head_file;  // The highest head that this node has seen: durable_head.h.
  Partition partition = 0;
  // Who this node is. It takes the lease from itself at once, and from others only when it is over.
  std::string holder = "muniment";
  // Where others reach this node, as the lease tells them. Empty: it tells nothing.
  std::string address = {};
  // To whom it may have been given up (give_up), from whom it is taken back; empty: nobody.
  std::string given_up_to = {};
  // Roots that the log is known to have had; the one in the head file need not be among them.
  std::vector<KnownRoot> known = {};
  std::chrono::milliseconds deadline{3'000};    // Of each exchange with a server.
  std::chrono::milliseconds retry_for{60'000};  // So long a call goes on trying.
  std::chrono::milliseconds lease{10'000};      // So long it holds unless it is renewed, which is done three times in it.
  // Takes no lease, and shows what others append.
  bool follows = false;
  std::chrono::milliseconds poll{20};       // So often one that follows looks.
  const PostgresLogHooks* hooks = nullptr;  // Borrowed for the log's life.
};

// A lease as it was seen.
struct LogLease {
  LeaseHolder holder;
  std::chrono::milliseconds left{0};  // 0: whoever comes first may take it.
};

class PostgresLog final : public ProvenLog {
 public:
  // Makes an empty log, and the tables that it takes where they are not there. Throws LogFailed when the database has the partition already
  // or the head file is there.
  static std::unique_ptr<PostgresLog> create(const PostgresLogOptions& options);
  // Takes the lease, unless it follows. Throws LogDamaged, LogInUse while another holds it, or LogFailed; nothing but the lease is written.
  static std::unique_ptr<PostgresLog> open(const PostgresLogOptions& options);
  // Whether the database has a log of that partition. Throws LogFailed.
  static bool is_there(const PostgresLogOptions& options);
  // Who may append now, as a server says it. Throws LogFailed.
  static LogLease look_at_lease(const PostgresLogOptions& options);
  // Without a close() the lease is left to run out.
  ~PostgresLog() override;

  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override;
  LogHead head(Partition partition) const override;
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override;
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override;
  Version stream_version(Partition partition, const StreamName& stream) const override;
  void find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const override;
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override;
  void close() override;

  // Gives the lease up to somebody who is nobody: it takes no more events from anyone, and who would write to it is told that name. Nothing
  // may be appended afterwards. Throws LogFailed.
  void give_up(const std::string& to);

  // Of one that follows.
  // Who may append, as it was when it last looked.
  LogLease lease() const;
  // Since when it has not been able to look, or has found that nobody appends, for longer than a lease.
  std::chrono::milliseconds out_of_touch() const;
  // Why it shows nothing more, ever; empty: it does. Of one that appends, why it takes nothing more.
  std::string failure() const;
  // Whether that is because this machine could not keep its durable head: no other server mends it.
  bool failed_here() const;

  MerkleTree tree() const override;
  Tile read_tile(unsigned level, std::uint64_t index) const override;
  using ProvenLog::keep_checkpoint;
  void keep_checkpoint(Position size, std::string_view note, bool synced) override;
  void read_checkpoints(Position from, const CheckpointVisitor& visit) const override;
  void keep_time_stamp(Position size, std::string_view token) override;
  void read_time_stamps(Position from, const CheckpointVisitor& visit) const override;
  std::optional<std::string> checkpoint_at_most(Position size) const override;
  // Of a database that cannot be reached it says nothing: then no position was read.
  BlockVerified verify_block(std::uint64_t block) const override;

 private:
  class Impl;
  explicit PostgresLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
