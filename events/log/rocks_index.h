// The index on disk: the families streams and commands. Both are derived from the records and complete up to a position that the family
// meta names; what comes after it is in memory (index_tail.h). Includes RocksDB: for the sources of this adapter alone. Threading: one
// thread writes runs; any thread reads meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "events/log/index_tail.h"
#include "events/log/rocks_store.h"

namespace muniment {

// The value of a stream's entry. `get` throws BadChunk when the bytes are not positions in order.
void put_positions(std::span<const Position> positions, std::string& out);
void get_positions(std::string_view bytes, std::vector<Position>& out);

// The index on disk is complete up to here; 0 for nothing.
Position indexed_position(const RocksStore& store);

class RocksIndex {
 public:
  // Precondition: the store is open for writing.
  explicit RocksIndex(RocksStore& store);

  // The last version of each stream; 0 where there is no such stream. Precondition: versions has the size of stream_keys.
  void last_versions(std::span<const std::string_view> stream_keys, std::span<Version> versions) const;
  // Visits the stream's versions `from` and on, in order, until the visitor says no.
  void read_stream(std::string_view stream_key, Version from, const std::function<bool(Version, Position)>& visit) const;
  // For each command of these names (keys.h, put_command_name) where its first event should be. Precondition: found has the size of names.
  void find_commands(std::span<const std::string_view> names, std::span<std::optional<Position>> found) const;

  // Adds a run, all of it or nothing. Its records follow indexed_position() and are durable for ever: no later opening may find the log
  // shorter, or the index would name positions that are given again. Doing it twice changes nothing.
  void write_run(const IndexTail& tail);

 private:
  std::string run_file(Family family) const;
  void remove_run_files() const;
  std::size_t write_streams(const IndexTail& tail);
  std::size_t write_commands(const IndexTail& tail);
  void ingest(std::span<const Family> families);
  Version version_of_head(std::string_view stream_key, std::string_view head) const;
  [[noreturn]] void refuse_entry(std::string_view stream_key, Version first, std::string_view what) const;

  RocksStore& store_;
};

}  // namespace muniment
