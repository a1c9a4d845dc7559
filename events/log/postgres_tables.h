// The tables of a log on PostgreSQL's wire, and every statement that reads or writes them. docs/formats.md, "The log on PostgreSQL", has
// their columns: do not change them, they are on disk. The SQL keeps to what YugabyteDB and CockroachDB take too.
//
// One row a partition, its head, is locked before anything is written and nothing else is: so positions have no holes, and whoever
// holds that lock sees all that was committed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/event_log.h"
#include "events/log/keys.h"
#include "events/postgres/postgres_connection.h"
#include "events/proof/tree.h"

namespace muniment {

// Each call is one exchange with the server, but for those that make tables. Not thread-safe. Throws what the connection throws, and
// LogDamaged where the tables have what cannot be.
class PostgresTables {
 public:
  PostgresTables(PostgresConnection& connection, Partition partition) : connection_(connection), partition_(partition) {}

  static constexpr std::uint64_t format = 1;

  const PostgresHost& host() const { return connection_.host(); }

  struct Head {
    LogHead head;
    std::uint64_t token = 0;  // Of the lease under which it may be moved.
  };
  struct Record {
    Position position;
    std::string_view bytes;
  };
  struct Lease {
    std::string holder;
    std::uint64_t token = 0;
    std::uint64_t left_ms = 0;  // 0: it is over.
  };
  enum class Kept : std::uint64_t { checkpoint = 1, time_stamp = 2 };

  // Whether a vault is kept in the same database, in whatever schema.
  bool is_beside_vault();
  // Makes the tables and what guards them, where they are not there yet.
  void make_tables();
  // An empty log in them. False: the partition has one already.
  bool make_log();

  // Nothing: there is no such log, also not its table. Throws LogFailed where it has a format that this program does not read.
  std::optional<Head> head();

  // Begins a transaction, locks the head, and returns it with the version of each stream as it is then.
  struct Locked {
    Head head;
    std::vector<Version> versions;
  };
  Locked lock(std::span<const std::string_view> streams);
  void roll_back();

  // What a group adds. The views are borrowed for the call.
  struct Group {
    LogHead before;
    LogHead after;
    std::uint64_t token = 0;
    std::vector<std::string_view> records;  // From the position after `before`.
    std::vector<std::string_view> streams;  // Of each entry: keys.h, stream_key
    std::vector<std::uint64_t> versions;
    std::vector<std::uint64_t> stream_positions;
    std::vector<CommandDigest> commands;
    std::vector<std::uint64_t> command_positions;
    std::vector<FullTile> tiles;
  };
  // Writes the group into the transaction that lock() began, and commits it. False: what became of it is not known.
  [[nodiscard]] bool commit(const Group& group);
  // Commits a write of the head that changes nothing of the log: once it has returned, what was committed before is where commits have to
  // be.
  [[nodiscard]] bool confirm();

  // In the transaction that lock() began.
  Lease lease();
  // The lease is the holder's from now on, under the next token, for so long; commits. False: not known.
  [[nodiscard]] bool take_lease(std::string_view holder, std::uint64_t token, std::chrono::milliseconds time);
  // False: it has another token by now.
  bool renew_lease(std::uint64_t token, std::chrono::milliseconds time);

  // It is that one's from now on, who never renews it, for as long as anybody may care; again, where it is already. False: it has another
  // token by now.
  bool give_lease_up(std::uint64_t token, std::string_view holder);

  // What follows is read up to a position, and PostgresBehind is thrown where the server's head is below it: a primary that is one no more
  // goes on answering, from what it had, and what it lacks is no damage.

  // The records of these positions, at most `count`, in order. The views are of `rows`.
  std::vector<Record> records(Position from, Position to, std::size_t count, std::optional<PostgresRows>& rows);
  // The same of a stream's events from a version on, up to a position.
  std::vector<Record> stream(std::string_view stream, Version from, Position to, std::size_t count, std::optional<PostgresRows>& rows);
  Version stream_version(std::string_view stream, Position to);
  struct Command {
    CommandDigest digest;
    Record first;
  };
  std::vector<Command> commands(std::span<const CommandDigest> digests, Position to, std::optional<PostgresRows>& rows);
  // Throws LogDamaged where it is not there.
  Tile tile(unsigned level, std::uint64_t index, Position to);

  // True; throws PostgresLost where it was not made as durable as a commit has to be.
  bool keep(Kept kind, Position size, std::string_view note);
  // Those of a size of at least `from`, at most `count`.
  std::vector<std::pair<Position, std::string>> kept(Kept kind, Position from, std::size_t count);
  std::optional<std::string> newest_kept(Kept kind, Position size);

 private:
  PostgresParameters of_partition() const { return PostgresParameters().number(partition_); }
  bool commit_after(std::vector<PostgresStatement> statements, std::size_t of_one_row);
  PostgresRows read_up_to(Position to, PostgresStatement statement);

  PostgresConnection& connection_;
  const Partition partition_;
};

}  // namespace muniment
