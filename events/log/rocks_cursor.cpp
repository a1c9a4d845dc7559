#include "events/log/rocks_cursor.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "events/log/keys.h"

namespace muniment {
namespace {

// Small enough that it is still in the core's cache when its blocks are taken out of it: 2 MiB cost a third more.
constexpr std::size_t scan_readahead_bytes = 256u << 10;
// An iterator keeps the table files and memtables of its beginning alive, so a long scan takes a new one now and then.
constexpr std::size_t loads_max = 4'096;

}  // namespace

ChunkCursor::ChunkCursor(const RocksStore& store, Access access)
    : store_(store),
      access_(access),
      lower_(chunk_key(store.partition(), 0)),
      upper_(chunk_key(store.partition(), std::numeric_limits<Position>::max())),
      lower_slice_(lower_),
      upper_slice_(upper_) {}

void ChunkCursor::renew() {
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower_slice_;
  options.iterate_upper_bound = &upper_slice_;
  if (access_ == Access::scan) options.readahead_size = scan_readahead_bytes;
  options.fill_cache = access_ == Access::lookup;
  iterator_.reset(store_.db().NewIterator(options, store_.family(Family::events)));
  loads_ = 0;
}

const ChunkView& ChunkCursor::seek(Position position) {
  if (position <= store_.archived()) {  // The chunk behind them may have some of these too, which nobody verifies there.
    if (!archived_) archived_.emplace(store_);
    return archived_->part_with(position);
  }
  if (chunk_ && chunk_->holds(position)) return *chunk_;
  if (iterator_ && loads_ < loads_max && (advance_to(position) || find(position))) return *chunk_;
  // Once more with an iterator that sees everything durable now.
  renew();
  if (!find(position)) refuse_hole(position);
  return *chunk_;
}

bool ChunkCursor::advance_to(Position position) {
  if (!chunk_ || position != chunk_->last() + 1 || !iterator_->Valid()) return false;
  iterator_->Next();
  if (!iterator_->Valid() || position_of_chunk_key(view(iterator_->key())) != position) return false;
  load();
  return true;
}

// Forwards only, since SeekForPrev decompresses the block before as well. A chunk that holds the position begins at most 63 before it, so
// the search begins there: in a row of full chunks it hits at once.
bool ChunkCursor::find(Position position) {
  constexpr Position reach = log_format::chunk_records_max - 1;
  chunk_.reset();
  iterator_->Seek(chunk_key(store_.partition(), position > reach ? position - reach : 1));
  for (; iterator_->Valid() && position_of_chunk_key(view(iterator_->key())) <= position; iterator_->Next()) {
    const std::size_t count = chunk_count(view(iterator_->value()));
    const bool is_wrong = count == 0 || count > log_format::chunk_records_max;
    if (!is_wrong && position_of_chunk_key(view(iterator_->key())) + count <= position) continue;
    load();
    return chunk_->holds(position);
  }
  store_.check(iterator_->status(), "read the events");
  return false;
}

Position ChunkCursor::last_position() {
  renew();
  iterator_->SeekToLast();
  if (!iterator_->Valid()) {
    store_.check(iterator_->status(), "read the events");
    return store_.archived();
  }
  load();
  return chunk_->last();
}

void ChunkCursor::load() {
  ++loads_;
  chunk_.reset();
  const Position first = position_of_chunk_key(view(iterator_->key()));
  const rocksdb::Slice value = iterator_->value();
  const std::size_t words = value.size() / sizeof(capnp::word);
  if (words > words_max_) {
    words_ = std::make_unique_for_overwrite<capnp::word[]>(words);
    words_max_ = words;
  }
  std::memcpy(static_cast<void*>(words_.get()), value.data(), words * sizeof(capnp::word));
  try {
    if (value.size() % sizeof(capnp::word) != 0) throw BadChunk(fmt::format("a chunk of {} bytes", value.size()));
    chunk_.emplace(first, std::span<const capnp::word>(words_.get(), words));
  } catch (const BadChunk& bad) {
    throw LogDamaged(fmt::format("{}the column family events has {}: restore the log from a backup", store_.place(first), bad.what()));
  }
}

void ChunkCursor::refuse_hole(Position position) {
  iterator_->SeekForPrev(chunk_key(store_.partition(), position));
  if (iterator_->Valid()) load();
  const Position begin = chunk_ ? chunk_->last() + 1 : store_.archived() + 1;
  iterator_->Seek(chunk_key(store_.partition(), position));
  store_.check(iterator_->status(), "read the events");
  const std::string missing =
      iterator_->Valid() ? fmt::format("the positions {} to {} are missing", begin, position_of_chunk_key(view(iterator_->key())) - 1)
                         : fmt::format("the position {} and all after it are missing", begin);
  throw LogDamaged(fmt::format("{}the column family events has a hole: {}: restore the log from a backup", store_.place(begin), missing));
}

}  // namespace muniment
