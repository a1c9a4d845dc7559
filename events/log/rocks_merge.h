// Merges neighbouring small chunks, which small groups leave behind, into chunks of up to 64 records: a scan reads those twice as fast and
// more. The records and their positions stay what they are. Includes RocksDB: for the sources of this adapter alone. Threading: one thread
// notes chunks, any thread merges, one at a time.
#pragma once

#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "events/log/rocks_store.h"

namespace muniment {

class ChunkMerger {
 public:
  explicit ChunkMerger(RocksStore& store) : store_(store) {}

  // A chunk of the log, each after those before it. Larger ones end a neighbourhood and are not remembered.
  void note(Position first, std::size_t count);
  // Small chunks not yet looked at.
  std::size_t waiting() const;
  // Merges what is noted. The newest chunks, too few as yet for a whole one, are kept for the next time. Returns how many chunks are gone.
  // Throws LogFailed or LogDamaged.
  std::size_t merge();
  // Nothing is merged while this is held.
  std::unique_lock<std::mutex> pause() { return std::unique_lock(merging_); }
  // Chunks that end by then are looked at no more.
  void forget(Position last);

 private:
  struct Chunk {
    Position first;
    std::size_t count;
  };
  using Neighbours = std::vector<Chunk>;

  std::deque<Chunk> take();
  void give_back(std::span<const Chunk> chunks);
  std::size_t write_merged(std::span<const Neighbours> groups);
  std::size_t put_merged(const Neighbours& group, class ChunkCursor& cursor, rocksdb::WriteBatch& batch) const;

  RocksStore& store_;
  std::mutex merging_;
  mutable std::mutex mutex_;
  std::deque<Chunk> small_;  // In order; not all are neighbours.
};

}  // namespace muniment
