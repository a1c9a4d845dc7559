#include "tests/attacks/tampering.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "events/log/chunk.h"
#include "events/log/durable_head.h"
#include "events/log/keys.h"
#include "events/log/rocks_index.h"
#include "events/proof/checkpoint.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

// Framing, root pointer, then the record's own data: its first two fields, which never move.
constexpr std::size_t position_word = 2;
constexpr std::size_t recorded_at_word = 3;

void put(RocksStore& store, rocksdb::WriteBatch& batch, Family family, const std::string& key, std::string_view value) {
  store.check(batch.Put(store.family(family), key, slice(value)), "tamper");
}

void remove_all(RocksStore& store, Family family, std::string_view prefix) {
  const std::unique_ptr<rocksdb::Iterator> it(store.db().NewIterator(rocksdb::ReadOptions(), store.family(family)));
  for (it->Seek(slice(prefix)); it->Valid() && view(it->key()).starts_with(prefix); it->Next())
    store.check(store.db().Delete({}, store.family(family), it->key()), "tamper");
}

std::string chunk_of(std::span<const WordVector> records) {
  const std::vector<RecordWords> words(records.begin(), records.end());
  std::string chunk;
  put_chunk_header(words, chunk);
  for (const RecordWords record : words) chunk += text_of(bytes_of(record));
  return chunk;
}

std::int64_t word_of(const WordVector& record, std::size_t number) {
  std::int64_t value = 0;
  std::memcpy(&value, record.data() + number, sizeof value);
  return value;
}

void set_word(WordVector& record, std::size_t number, std::int64_t value) {
  std::memcpy(static_cast<void*>(record.data() + number), &value, sizeof value);
}

RocksLogOptions options_of(const fs::path& store) { return {.folder = store / "log", .head_file = store / "head"}; }

// Runs `act` with the log's database open for writing, and flushes it.
template <typename Act>
void tamper_with_log(const fs::path& store, Act act) {
  RocksStore log(options_of(store), OpenFor::writing);
  act(log);
  log.flush();
}

}  // namespace

std::vector<WordVector> records_of(const fs::path& store) {
  std::vector<WordVector> records;
  const RocksStore log(options_of(store), OpenFor::reading);
  const std::unique_ptr<rocksdb::Iterator> it(log.db().NewIterator({}, log.family(Family::events)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WordVector words(it->value().size() / sizeof(capnp::word));
    std::memcpy(static_cast<void*>(words.data()), it->value().data(), it->value().size());
    const ChunkView chunk(position_of_chunk_key(view(it->key())), words);
    for (const RecordWords record : chunk.records(chunk.first(), chunk.last())) records.emplace_back(record.begin(), record.end());
  }
  return records;
}

void put_records(const fs::path& store, const std::vector<WordVector>& records) {
  tamper_with_log(store, [&](RocksStore& log) {
    rocksdb::WriteBatch batch;
    const std::unique_ptr<rocksdb::Iterator> it(log.db().NewIterator({}, log.family(Family::events)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const Position first = position_of_chunk_key(view(it->key()));
      put(log, batch, Family::events, it->key().ToString(),
          chunk_of(std::span(records).subspan(first - 1, chunk_count(view(it->value())))));
    }
    log.write(batch);
  });
}

void rewrite_log(const fs::path& store, const std::vector<WordVector>& records) {
  MerkleTree tree;
  LeafHasher hasher;
  tamper_with_log(store, [&](RocksStore& log) {
    for (const Family family : {Family::events, Family::tiles, Family::streams, Family::commands}) remove_all(log, family, "");
    for (const std::string_view key : {log_format::meta_indexed, log_format::meta_checkpoint}) remove_all(log, Family::meta, key);
    rocksdb::WriteBatch batch;
    for (std::size_t at = 0; at < records.size(); at += log_format::chunk_records_max) {
      const auto now = std::span(records).subspan(at, std::min(log_format::chunk_records_max, records.size() - at));
      put(log, batch, Family::events, chunk_key(0, at + 1), chunk_of(now));
      for (const WordVector& record : now) tree.append(hasher.leaf_hash(bytes_of(RecordWords(record))));
    }
    for (const FullTile& tile : tree.take_full_tiles())
      put(log, batch, Family::tiles, tile_key(0, tile.level, tile.index), text_of(tile_bytes(tile.hashes)));
    log.write(batch);
  });
  DurableHeadFile(store / "head", 0).write({tree.size(), tree.root()}, true);
}

void sign_log(const fs::path& store, NoteSigner& signer) {
  const LogHead head = DurableHeadFile(store / "head", 0).read().head;
  replace_file(store / "checkpoint", sign_checkpoint(signer, head.position, head.root));
}

std::string tile_of(const fs::path& store, unsigned level, std::uint64_t index) {
  return RocksStore(options_of(store), OpenFor::reading).get(Family::tiles, tile_key(0, level, index)).value();
}

void put_tile(const fs::path& store, unsigned level, std::uint64_t index, std::string_view bytes) {
  tamper_with_log(store, [&](RocksStore& log) {
    log.check(log.db().Put({}, log.family(Family::tiles), tile_key(0, level, index), slice(bytes)), "tamper");
  });
}

void put_tile(const RocksLog& log, unsigned level, std::uint64_t index, std::string_view bytes) {
  const RocksStore& store = log.store();
  store.check(store.db().Put({}, store.family(Family::tiles), tile_key(0, level, index), slice(bytes)), "tamper");
}

Position indexed_to(const fs::path& store) { return indexed_position(RocksStore(options_of(store), OpenFor::reading)); }

Position alter_index_of_streams(const fs::path& store) {
  constexpr std::size_t positions_min = 1'000;
  Position first = 0;
  tamper_with_log(store, [&](RocksStore& log) {
    const std::unique_ptr<rocksdb::Iterator> it(log.db().NewIterator({}, log.family(Family::streams)));
    std::vector<Position> positions;
    for (it->SeekToFirst(); it->Valid() && positions.size() < positions_min; it->Next()) {
      positions.clear();
      get_positions(view(it->value()), positions);
      if (positions.size() < positions_min) continue;
      first = positions.front();
      std::string value = it->value().ToString();
      value[0] = static_cast<char>(value[0] ^ 1);
      log.check(log.db().Put({}, log.family(Family::streams), it->key(), value), "tamper");
    }
  });
  return first;
}

fs::path largest_table_of(const fs::path& store, std::string_view family) {
  const RocksStore log(options_of(store), OpenFor::reading);
  std::vector<rocksdb::LiveFileMetaData> files;
  log.db().GetLiveFilesMetaData(&files);
  std::erase_if(files, [&](const rocksdb::LiveFileMetaData& file) { return file.column_family_name != family; });
  const auto largest = std::ranges::max_element(files, {}, [](const rocksdb::LiveFileMetaData& file) { return file.size; });
  return store / "log" / fs::path(largest->name).filename();
}

void remove_kept_checkpoints(const fs::path& store) {
  tamper_with_log(store, [](RocksStore& log) { remove_all(log, Family::meta, log_format::meta_checkpoint); });
}

void set_position(WordVector& record, Position position) {
  set_word(record, position_word, static_cast<std::int64_t>(position));
  if (position_in(record) != position) throw std::logic_error("a record's position stands elsewhere");
}
void set_recorded_at(WordVector& record, std::int64_t ns) { set_word(record, recorded_at_word, ns); }
std::int64_t recorded_at_of(const WordVector& record) { return word_of(record, recorded_at_word); }

bool replace_text(WordVector& record, std::string_view from, std::string_view to) {
  if (from.size() != to.size()) throw std::logic_error("texts of one size");
  auto* const bytes = reinterpret_cast<char*>(record.data());
  char* const end = bytes + record.size() * sizeof(capnp::word);
  char* const at = std::search(bytes, end, from.begin(), from.end());
  if (at == end) return false;
  std::ranges::copy(to, at);
  return true;
}

void replace_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace muniment
