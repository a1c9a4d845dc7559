// The index of the newest records, in memory: which positions a stream's versions have, and where a command's first event is. Records are
// entered here when they are durable; when there are enough of them, they are written in one go, sorted, to the families streams and
// commands. That is a third of the cost of writing each entry with its record: no sorted structure is kept in memory, and no entry goes
// through the write-ahead log, since all of it can be derived from the records again.
//
// Threading: one thread adds; any thread reads meanwhile, without a lock. An entry is complete before it can be found.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "events/log/envelope.h"
#include "events/log/index_memory.h"
#include "events/log/known_stream.h"
#include "events/record/position.h"
#include "events/values/fetch_ahead.h"

namespace muniment {

class IndexTail {
 public:
  // Covers the records from `first` on. Its number is its own among those of a log, and not 0. Precondition: 1 <= records_max <= 2^24.
  IndexTail(std::uint32_t number, Position first, std::size_t records_max)
      : IndexTail(number, first, records_max, IndexMemory(records_max)) {}
  // In that memory, which is for as many records.
  IndexTail(std::uint32_t number, Position first, std::size_t records_max, IndexMemory memory);
  // For the next one: this one is not used any more.
  IndexMemory take_memory() { return std::move(memory_); }

  // The one thread that adds.
  std::size_t room() const { return records_max_ - (next_ - first_); }
  // What is known of the envelope's streams, in their order, saves a search, and learns where they are now.
  // Precondition: the record next(), and room for it.
  void add(const Envelope& envelope, std::span<KnownStream* const> known);
  // Says that it will soon be added.
  void prefetch(const Envelope& envelope, std::span<KnownStream* const> known) const;

  // Says that it will soon be looked up here.
  void prefetch_stream(KeyHash stream) const { fetch_ahead(&stream_slots()[stream.low & stream_mask_]); }
  void prefetch_command(KeyHash command) const { fetch_ahead(&command_slots()[command.low & command_mask_]); }

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
  std::span<const Command> commands() const { return {command_list(), command_count_}; }

  // For IndexMemory.
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
  static_assert(std::is_trivially_destructible_v<Node> && std::is_trivially_destructible_v<StreamHead>);
  // Powers of two, so that no more than half of them are in use.
  static std::size_t stream_slots_for(std::size_t records) { return std::bit_ceil(records * event_streams_max * 2); }
  static std::size_t command_slots_for(std::size_t records) { return std::bit_ceil(records * 2); }

 private:
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
  Node* nodes() const { return static_cast<Node*>(memory_.nodes.data()); }
  StreamHead* streams() const { return static_cast<StreamHead*>(memory_.streams.data()); }
  Command* command_list() const { return static_cast<Command*>(memory_.commands.data()); }
  std::uint32_t* stream_slots() const { return static_cast<std::uint32_t*>(memory_.stream_slots.data()); }    // Of StreamHeads, from 1.
  std::uint32_t* command_slots() const { return static_cast<std::uint32_t*>(memory_.command_slots.data()); }  // Of Commands, from 1.

  IndexMemory memory_;
  std::uint32_t node_count_ = 0;
  std::uint32_t stream_count_ = 0;
  std::uint32_t command_count_ = 0;
  std::size_t stream_mask_;
  std::size_t command_mask_;
};

}  // namespace muniment
