#include "events/log/rocks_merge.h"

#include <algorithm>
#include <set>

#include "events/log/chunk.h"
#include "events/log/format.h"
#include "events/log/keys.h"
#include "events/log/rocks_cursor.h"

namespace muniment {
namespace {

// A chunk of fewer records is small. Merging greedily then makes chunks of more than half the largest size, and none is merged twice.
constexpr std::size_t small_below = log_format::chunk_records_max / 2;
// Merged chunks in one write.
constexpr std::size_t groups_per_write = 32;

}  // namespace

void ChunkMerger::note(Position first, std::size_t count) {
  if (count >= small_below) return;
  const std::lock_guard lock(mutex_);
  small_.push_back({first, count});
}

std::size_t ChunkMerger::waiting() const {
  const std::lock_guard lock(mutex_);
  return small_.size();
}

void ChunkMerger::forget(Position last) {
  const std::lock_guard lock(mutex_);
  std::erase_if(small_, [&](const Chunk& chunk) { return chunk.first + chunk.count - 1 <= last; });
}

std::deque<ChunkMerger::Chunk> ChunkMerger::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(small_, {});
}

void ChunkMerger::give_back(std::span<const Chunk> chunks) {
  const std::lock_guard lock(mutex_);
  small_.insert(small_.begin(), chunks.begin(), chunks.end());
}

std::size_t ChunkMerger::merge() {
  const std::lock_guard lock(merging_);
  std::vector<Neighbours> groups;
  std::size_t records = 0;
  for (const Chunk& chunk : take()) {
    const bool joins = !groups.empty() && groups.back().back().first + groups.back().back().count == chunk.first &&
                       records + chunk.count <= log_format::chunk_records_max;
    if (!joins) {
      groups.emplace_back();
      records = 0;
    }
    groups.back().push_back(chunk);
    records += chunk.count;
  }
  if (groups.empty()) return 0;
  give_back(groups.back());
  groups.pop_back();
  std::erase_if(groups, [](const Neighbours& group) { return group.size() < 2; });

  std::size_t gone = 0;
  for (std::span<const Neighbours> rest = groups; !rest.empty();) {
    const auto now = rest.first(std::min(rest.size(), groups_per_write));
    gone += write_merged(now);
    rest = rest.subspan(now.size());
  }
  return gone;
}

std::size_t ChunkMerger::write_merged(std::span<const Neighbours> groups) {
  ChunkCursor cursor(store_, ChunkCursor::Access::lookup);
  rocksdb::WriteBatch batch;
  std::size_t gone = 0;
  for (const Neighbours& group : groups) gone += put_merged(group, cursor, batch);
  // Synced as every write is: a torn end of the write-ahead log is then never followed by something that was synced.
  if (gone > 0) store_.write(batch);
  return gone;
}

std::size_t ChunkMerger::put_merged(const Neighbours& group, ChunkCursor& cursor, rocksdb::WriteBatch& batch) const {
  std::vector<capnp::word> words;
  std::vector<std::size_t> ends;
  for (Position position = group.front().first; position < group.back().first + group.back().count; ++position) {
    const RecordWords record = cursor.record(position);
    words.insert(words.end(), record.begin(), record.end());
    ends.push_back(words.size());
  }
  std::vector<RecordWords> records;
  for (std::size_t i = 0, start = 0; i < ends.size(); start = ends[i++]) records.emplace_back(words.data() + start, ends[i] - start);

  std::set<Position> old;
  for (const Chunk& chunk : group) old.insert(chunk.first);
  std::size_t written = 0;
  Position first = group.front().first;
  for (std::span<const RecordWords> rest = records; !rest.empty(); ++written) {
    const auto now = rest.first(chunk_size(rest));
    std::string value;
    put_chunk_header(now, value);
    for (const RecordWords record : now) value.append(text_of(bytes_of(record)));
    store_.check(batch.Put(store_.family(Family::events), slice(chunk_key(store_.partition(), first)), slice(value)), "build a write");
    old.erase(first);
    first += now.size();
    rest = rest.subspan(now.size());
  }
  for (const Position gone : old) {
    store_.check(batch.Delete(store_.family(Family::events), slice(chunk_key(store_.partition(), gone))), "build a write");
  }
  return group.size() - written;
}

}  // namespace muniment
