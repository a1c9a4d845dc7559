#include "events/log/rocks_recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/log/keys.h"
#include "events/log/rocks_cursor.h"
#include "events/log/rocks_index.h"
#include "events/proof/record_tree.h"

namespace muniment {
namespace {

// How far before the end the records are read at opening, to find a hole: more than the write-ahead log can hold.
constexpr std::uint64_t records_read_back = 65'536;

std::uint32_t get_u32le(std::string_view bytes) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(static_cast<Byte>(bytes[i])) << (8 * i);
  return value;
}

void refuse_short(const RocksStore& store, Position last, Position expected, std::string_view who) {
  const std::string missing = expected == last + 1 ? fmt::format("position {} is missing", expected)
                                                   : fmt::format("positions {} to {} are missing", last + 1, expected);
  throw LogDamaged(
      fmt::format("{}, partition {}: the log ends at position {}; {} says {}: {}. Nothing was changed: restore the log from a backup",
                  store.folder(), store.partition(), last, who, expected, missing));
}

MerkleTree tree_of(const RocksStore& store, Position size) {
  std::vector<Hash> last_leaves;
  LeafHasher hasher;
  ChunkCursor cursor(store, ChunkCursor::Access::scan);
  for (Position position = size - size % tile_width + 1; position <= size; ++position) {
    last_leaves.push_back(hasher.leaf_hash(bytes_of(cursor.record(position))));
  }
  return MerkleTree::restore(size, [&](unsigned level, std::uint64_t index) { return read_tile(store, level, index); }, last_leaves);
}

void refuse_root(const RocksStore& store, Position position, std::string_view who) {
  throw LogDamaged(
      fmt::format("{}, partition {}: the records 1 to {} are not those that {} covers: their root is another. Nothing was changed: "
                  "restore the log from a backup",
                  store.folder(), store.partition(), position, who));
}

// Tiles are stored in the write that stores their last record, so the ones that the appended records fill must be there.
void compare_new_tiles(const RocksStore& store, MerkleTree& tree) {
  for (const FullTile& tile : tree.take_full_tiles()) {
    if (read_tile(store, tile.level, tile.index) != tile.hashes) {
      throw LogDamaged(fmt::format("{}, partition {}: the tile {} of level {} is not that of its records: restore the log from a backup",
                                   store.folder(), store.partition(), tile.index, tile.level));
    }
  }
}

}  // namespace

void check_format(const RocksStore& store) {
  const auto format = store.get(Family::meta, log_format::meta_format);
  if (!format || format->size() != 8) throw LogDamaged(fmt::format("{}: the log does not say what format it has", store.folder()));
  const std::uint32_t version = get_u32le(*format);
  const std::uint32_t oldest_reader = get_u32le(std::string_view(*format).substr(4));
  if (oldest_reader > log_format::version) {
    throw LogFailed(fmt::format("{}: the log has format {}, which needs a program that reads format {} or later: this one reads up to {}",
                                store.folder(), version, oldest_reader, log_format::version));
  }
}

Tile read_tile(const RocksStore& store, unsigned level, std::uint64_t index) {
  const auto bytes = store.get(Family::tiles, tile_key(store.partition(), level, index));
  const auto tile = bytes ? tile_from(bytes_of(*bytes)) : std::nullopt;
  if (!tile) {
    throw LogDamaged(fmt::format("{}, partition {}: the column family tiles has {} at level {}, index {}: restore the log from a backup",
                                 store.folder(), store.partition(), bytes ? "a damaged tile" : "no tile", level, index));
  }
  return *tile;
}

MerkleTree inspect(const RocksStore& store, const DurableHead& durable, const std::optional<LogHead>& checkpoint) {
  constexpr std::string_view head_words = "the durable head";
  constexpr std::string_view checkpoint_words = "the last checkpoint";
  check_format(store);
  ChunkCursor cursor(store, ChunkCursor::Access::scan);
  const Position last = cursor.last_position();
  if (last < durable.head.position) refuse_short(store, last, durable.head.position, head_words);
  if (checkpoint && last < checkpoint->position) refuse_short(store, last, checkpoint->position, checkpoint_words);
  if (const Position indexed = indexed_position(store); indexed > last) refuse_short(store, last, indexed, "its index");

  MerkleTree tree = tree_of(store, durable.head.position);
  if (tree.root() != durable.head.root) refuse_root(store, durable.head.position, head_words);
  if (checkpoint && tree_of(store, checkpoint->position).root() != checkpoint->root)
    refuse_root(store, checkpoint->position, checkpoint_words);

  RecordTree records(std::move(tree));
  // What is archived is not in the write-ahead log.
  const Position from = std::max(last > records_read_back ? last - records_read_back + 1 : 1, store.archived() + 1);
  for (Position position = std::min(from, durable.head.position + 1); position <= last; ++position) {
    const RecordWords record = cursor.record(position);
    if (position > durable.head.position) records.append(bytes_of(record));
  }
  compare_new_tiles(store, records.tree());
  return std::move(records.tree());
}

}  // namespace muniment
