// Changes what a log has on disk by RocksDB's own means: its checksums are right then, so nothing else objects.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "events/log/chunk.h"
#include "events/log/keys.h"
#include "events/log/rocks_store.h"
#include "tests/events/log/sample_record.h"

namespace muniment {

inline void put(const RocksStore& store, Family family, const std::string& key, const std::string& value) {
  ASSERT_TRUE(store.db().Put({}, store.family(family), key, value).ok());
}

inline void remove(const RocksStore& store, Family family, const std::string& key) {
  ASSERT_TRUE(store.db().Delete({}, store.family(family), key).ok());
}

// The key of the chunk that holds a position.
inline std::string chunk_of(const RocksStore& store, Position position) {
  const std::unique_ptr<rocksdb::Iterator> it(store.db().NewIterator({}, store.family(Family::events)));
  it->SeekForPrev(chunk_key(0, position));
  return it->key().ToString();
}

// A chunk as it stands in the database, to be read.
struct StoredChunk {
  StoredChunk(const RocksStore& store, Position position)
      : key(chunk_of(store, position)), value(*store.get(Family::events, key)), words(value.size() / sizeof(capnp::word)) {
    std::memcpy(static_cast<void*>(words.data()), value.data(), value.size());
  }
  ChunkView view() const { return ChunkView(position_of_chunk_key(key), words); }

  std::string key;
  std::string value;
  sample::Words words;
};

// Flips a bit in the last word of a record, and leaves the rest as it is.
inline void flip_in_record(const RocksStore& store, Position position) {
  StoredChunk chunk(store, position);
  const RecordWords record = chunk.view().record(position);
  const auto end = static_cast<std::size_t>(record.data() + record.size() - chunk.words.data()) * sizeof(capnp::word);
  chunk.value[end - 8] = static_cast<char>(chunk.value[end - 8] ^ 1);
  put(store, Family::events, chunk.key, chunk.value);
}

// A reader takes the first chunk that has a position. Alters the record of `altered`, and puts the true ones from `position` on under a key
// of their own behind that chunk, so that whoever looks for `position` by its key finds nothing wrong.
inline void shadow(const RocksStore& store, Position position, Position altered) {
  const StoredChunk chunk(store, position);
  ASSERT_LT(position_of_chunk_key(chunk.key), position);
  const ChunkView view = chunk.view();
  const auto records = view.records(position, view.last());
  std::string true_chunk;
  put_chunk_header(records, true_chunk);
  for (const RecordWords record : records) true_chunk += text_of(bytes_of(record));
  flip_in_record(store, altered);
  put(store, Family::events, chunk_key(0, position), true_chunk);
}

}  // namespace muniment
