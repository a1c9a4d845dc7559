// The index of the newest records, in memory: which positions a stream's versions have, and where a command's first event is. Records are
// entered here when they are durable; when there are enough of them, they are written in one go, sorted, to the families streams and
// commands. That is a third of the cost of writing each entry with its record: no sorted structure is kept in memory, and no entry goes
// through the write-ahead log, since all of it can be derived from the records again.
//
// Threading: one thread adds; any thread reads meanwhile, without a lock. An entry is complete before it can be found.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "events/log/envelope.h"
#include "events/log/known_stream.h"
#include "events/record/position.h"

namespace muniment {

class IndexTail {
 public:
  // Covers the records from `first` on. Its number is its own among those of a log, and not 0. Precondition: 1 <= records_max <= 2^24.
  IndexTail(std::uint32_t number, Position first, std::size_t records_max);

  // The one thread that adds.
  std::size_t room() const { return records_max_ - (next_ - first_); }
  // What is known of the envelope's streams, in their order, saves a search, and learns where they are now.
  // Precondition: the record next(), and room for it.
  void add(const Envelope& envelope, std::span<KnownStream* const> known);
  // Says that it will soon be added.
  void prefetch(const Envelope& envelope, std::span<KnownStream* const> known) const;

  // Says that it will soon be looked up here.
  void prefetch_stream(KeyHash stream) const { __builtin_prefetch(&stream_slots_[stream.low & stream_mask_]); }
  void prefetch_command(KeyHash command) const { __builtin_prefetch(&command_slots_[command.low & command_mask_]); }

  std::uint32_t number() const { return number_; }
  Position first() const { return first_; }
  // The first position that is not covered. For the thread that adds, and for everyone once nothing is added any more.
  Position next() const { return next_; }

  // The stream's last version here; 0 where it has none here.
  Version last_version(std::string_view stream_key, KeyHash hash) const;
  // Puts the positions of the stream's versions `from` and on that stand here into `out`, in order; returns the version of the first one, 0
  // where there is none.
  Version positions(std::string_view stream_key, KeyHash hash, Version from, std::vector<Position>& out) const;
  std::optional<Position> find_command(std::string_view command, KeyHash hash) const;

  // For writing it to the families. Nothing may be added any more.
  // Visits the streams in the order of their keys, each with the positions of its versions `first` and on.
  using StreamVisitor = std::function<void(std::string_view key, Version first, std::span<const Position> positions)>;
  void visit_sorted_streams(const StreamVisitor& visit) const;
  struct Command {
    std::string_view name;
    Position position;
    std::uint64_t check;
  };
  std::span<const Command> commands() const { return {commands_.get(), command_count_}; }

 private:
  // Indexes from 1; 0 is none. `previous` is the stream's version before.
  struct Node {
    Position position;
    Version version;
    std::uint32_t previous;
    std::uint32_t stream;
  };
  struct StreamHead {
    const char* key;
    std::uint32_t key_size;
    std::uint32_t check;  // Bits of the hash that chose no slot: they save most comparisons of keys.
    std::uint32_t last_node;
  };
  struct Freer {
    void operator()(void* memory) const { std::free(memory); }
  };
  using Slots = std::unique_ptr<std::uint32_t[], Freer>;

  static Slots zeroed_slots(std::size_t count);
  static std::uint32_t acquire(const std::uint32_t& from);
  static void release(std::uint32_t& to, std::uint32_t value);

  std::uint32_t find_stream(std::string_view key, KeyHash hash, std::size_t& slot) const;
  void add_stream(const StreamEntry& entry, Position position, KnownStream& known);
  void add_command(const Envelope& envelope);
  std::vector<std::uint32_t> sorted_stream_indexes() const;
  Version collect(std::uint32_t last_node, Version from, std::vector<Position>& out) const;

  const std::uint32_t number_;
  const Position first_;
  const std::size_t records_max_;
  Position next_;
  Arena arena_;
  // Sized for the most that records_max records need; untouched pages cost nothing.
  std::unique_ptr<Node[]> nodes_;
  std::unique_ptr<StreamHead[]> streams_;
  std::unique_ptr<Command[]> commands_;
  std::uint32_t node_count_ = 0;
  std::uint32_t stream_count_ = 0;
  std::uint32_t command_count_ = 0;
  std::size_t stream_mask_;
  std::size_t command_mask_;
  Slots stream_slots_;   // index of a StreamHead, from 1
  Slots command_slots_;  // index of a Command, from 1
};

}  // namespace muniment
