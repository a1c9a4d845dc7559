// Finds chunks in the family events, or in the archive, and hands out their records from an aligned copy: a RocksDB value is almost never
// 8-byte aligned, which reading Cap'n Proto in place needs. One chunk is copied at a time, whole, and nothing of it is held in RocksDB
// afterwards. Includes RocksDB: for the sources of this adapter alone. Not thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "events/log/archived_records.h"
#include "events/log/chunk.h"
#include "events/log/rocks_store.h"

namespace muniment {

class ChunkCursor {
 public:
  // A scan reads far ahead. It and a page, which is many chunks in a row, leave the cache to others: what an export reads once would take
  // the place of what is looked up again and again.
  enum class Access { scan, page, lookup };

  ChunkCursor(const RocksStore& store, Access access);

  // Makes the chunk that holds `position` the current one and returns it; valid until the next call. Cheap for the current chunk and for
  // the one after it. Throws LogDamaged, naming what is missing or wrong. Precondition: `position` is durable.
  const ChunkView& seek(Position position);
  RecordWords record(Position position) { return seek(position).record(position); }
  // The last position there is; 0 in an empty log. Throws LogDamaged.
  Position last_position();

 private:
  bool advance_to(Position position);
  bool find(Position position);
  void renew();
  void load();
  [[noreturn]] void refuse_hole(Position position);

  const RocksStore& store_;
  Access access_;
  std::string lower_;  // The partition's keys, as bounds of the iterator.
  std::string upper_;
  rocksdb::Slice lower_slice_;
  rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::size_t loads_ = 0;  // Since the iterator was made.
  std::unique_ptr<capnp::word[]> words_;
  std::size_t words_max_ = 0;
  std::optional<ChunkView> chunk_;           // The current one.
  std::optional<ArchivedRecords> archived_;  // Once asked for.
};

}  // namespace muniment
