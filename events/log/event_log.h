// The contract of an event log: what every implementation promises, and what everything above relies on.
//
// - An append is atomic and durable when it returns: all of its events are there for ever, or none is.
// - Positions are gapless from 1 in a partition, in commit order. A reader that has seen position n never misses one below n.
// - It commits only if its first event's position follows the head, every stream that its events belong to stands at the version just
//   before theirs, and every stream named in a condition stands at the version named. Otherwise it returns the first conflict and changes
//   nothing. So whoever has read up to a head and appends from there on knows that nothing at all has changed since, without a condition.
// - A (principal, command id) is found for ever after the append of its first event.
// - Records come back as the exact bytes that went in.
//
// Threading: one thread appends at a time; any number of threads read and wait meanwhile. A reader sees only durable events.
// Failure: an append that cannot be made durable throws LogFailed, and from then on so does every later one. Bytes that are not what was
// written throw LogDamaged, which names the place.
#pragma once

#include <array>
#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>

#include "events/proof/hash.h"
#include "events/record/position.h"
#include "events/record/principal.h"
#include "events/record/record.h"
#include "events/record/stream_name.h"

namespace muniment {

struct LogFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct LogDamaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The stream must stand at this version. 0: it must have no event.
struct Condition {
  StreamName stream;
  Version version;
};

struct Conflict {
  std::optional<StreamName> stream;  // Nothing: it is the head, and its positions are compared.
  Version expected;
  Version actual;
};

// Borrowed for the call. The records carry their positions, streams and versions; the log checks them against its own.
struct AppendBatch {
  Partition partition = 0;
  std::span<const RecordWords> records;
  std::span<const Condition> conditions;  // On streams that were looked at and not written.
  // Of the records, one each, where the caller has them already; else empty, and the log computes them. They are believed.
  std::span<const Hash> leaf_hashes = {};
};

struct LogHead {
  Position position = 0;
  Hash root{};  // Of the RFC 6962 tree over the records 1 to position.

  bool operator==(const LogHead&) const = default;
};

// Gets a record, valid during the call; returns whether to go on.
using RecordVisitor = std::function<bool(Position, RecordWords)>;
// Gets one record or more in a row, the first one at the position `first`, valid during the call; returns whether to go on.
using RunVisitor = std::function<bool(Position first, std::span<const RecordWords> records)>;

// Borrowed. An id is its principal's own: two principals' commands of one id are two commands.
struct CommandName {
  schema::PrincipalKind kind;
  std::string_view principal;
  std::string_view id;
};

class EventLog {
 public:
  EventLog() = default;
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  virtual ~EventLog() = default;

  // Precondition (asserted): at least one record, positions one after the other.
  virtual std::expected<LogHead, Conflict> append(const AppendBatch& batch) = 0;

  virtual LogHead head(Partition partition) const = 0;

  // Visits positions `from` to `to` or the head, whichever comes first, in order, in runs as they are stored: what reads a whole log can
  // look ahead in them. Precondition: from >= 1.
  virtual void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const = 0;
  // The same, one by one.
  void read(Partition partition, Position from, Position to, const RecordVisitor& visit) const;
  // Visits the events of a stream from version `from` on, in order.
  virtual void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const = 0;
  // 0 where the stream has no event.
  virtual Version stream_version(Partition partition, const StreamName& stream) const = 0;
  // For each command the position of the first event that it recorded, if it recorded any. Many at once cost much less than one by one.
  // Precondition: found has the size of commands.
  virtual void find_commands(Partition partition, std::span<const CommandName> commands,
                             std::span<std::optional<Position>> found) const = 0;
  std::optional<Position> find_command(Partition partition, const Principal& principal, std::string_view command_id) const;

  // Follows new events: waits until the head is beyond `position` or the time is up; says whether it is.
  virtual bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const = 0;

  // Flushes what an orderly close flushes. Idempotent; nothing may be called afterwards but the destructor.
  virtual void close() = 0;
};

}  // namespace muniment
