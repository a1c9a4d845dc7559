// Verification of a log, block by block: verification.h says what it is for. Includes RocksDB: for the sources of this adapter alone.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "events/log/archived_records.h"
#include "events/log/chunk.h"
#include "events/log/envelope.h"
#include "events/log/rocks_store.h"
#include "events/log/verification.h"
#include "events/proof/bulk_hasher.h"
#include "events/proof/tree.h"

namespace muniment {

void visit_checkpoints(const RocksStore& store, Position from, const CheckpointVisitor& visit);
void visit_time_stamps(const RocksStore& store, Position from, const CheckpointVisitor& visit);
std::optional<std::string> checkpoint_at_most(const RocksStore& store, Position size);

// What an index says, all of it in one number: the entries' sum, each mixed with a seed of this process. Two indexes of equal sums have
// equal entries; nobody can aim at a sum without the seed.
struct IndexSum {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t entries = 0;

  void add(const KeyHash& key, std::uint64_t number, Position position);
  void add(const IndexSum& other);
  bool operator==(const IndexSum&) const = default;
};

struct IndexSums {
  IndexSum streams;
  IndexSum commands;
};

struct BlockReport {
  Position last = 0;  // The last position that was read.
  std::uint64_t chunks = 0;
  std::uint64_t tiles = 0;
  std::uint64_t roots = 0;
  Hash root{};  // Over the block's leaves.
  std::int64_t first_recorded_at_ns = 0;
  std::int64_t last_recorded_at_ns = 0;
  IndexSums sums;                             // Of the records up to `indexed`.
  std::vector<LogKeyRotation> rotations;      // Recorded in it.
  std::optional<LogFault> fault;              // At a position of this block.
  std::optional<std::size_t> differing_root;  // The first one of `roots` that the records do not lead to.
};

// Reads records in the order of their keys, and takes no key for granted: a chunk must begin right behind the one before. What is archived
// comes in parts like chunks. All walks together, each from where the one before ended, show that no chunk lies over another: a reader
// would take the first one that has its position. Not thread-safe.
class ChunkWalk {
 public:
  explicit ChunkWalk(const RocksStore& store);
  // The chunk that holds `position`. Throws LogDamaged, saying what is wrong there.
  const ChunkView& seek(Position position);
  // The chunk behind the current one.
  const ChunkView& next();
  // The walk ends at the current chunk, which must have none but its next one behind it. Throws LogDamaged.
  void end();

 private:
  const ChunkView& archived(Position position);
  void refuse_chunk_before();
  const ChunkView& load(Position expected);

  const RocksStore& store_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::vector<capnp::word> words_;
  std::optional<ChunkView> chunk_;
  std::optional<ArchivedRecords> archived_;  // Once asked for.
};

// Not thread-safe: one a thread.
class BlockVerifier {
 public:
  // `roots` in order of position, borrowed. Of the records up to `indexed` the index's sums are made.
  BlockVerifier(const RocksStore& store, std::span<const KnownRoot> roots, Position indexed);

  // The records of a block up to `last`. Blocks are asked for in order, though not each of them.
  BlockReport verify(std::uint64_t block, Position last);

 private:
  void read_records(BlockReport& report, Position first, Position last);
  void take_run(BlockReport& report, Position first, std::span<const RecordWords> records);
  void take_record(BlockReport& report, Position position, RecordWords record);
  void add_to_sums(BlockReport& report);
  void add_commands(BlockReport& report);
  void note_rotation(BlockReport& report, RecordWords record) const;
  void add_leaves(BlockReport& report, std::span<const RecordWords> records);
  void compare_stored(BlockReport& report, unsigned level, std::uint64_t index, const Tile& tile);
  void compare_root(BlockReport& report, std::size_t number);
  bool know_blocks_before(std::uint64_t block);
  Hash root();

  const RocksStore& store_;
  const std::span<const KnownRoot> roots_;
  const Position indexed_;
  const KeyHash agency_;
  BulkHasher hasher_;
  EnvelopeReader envelopes_;
  Envelope envelope_;
  MerkleTree before_;  // Its leaves are the roots of the blocks before the current one.
  // Of the current block: a tree whose leaves are the roots of its full tiles of level 0, and the leaves behind those.
  MerkleTree tiles_;
  Tile leaves_;
  std::size_t leaf_count_ = 0;
  std::vector<ByteSpan> to_hash_;
  // Of the current run: the commands, and where they are.
  std::vector<ByteSpan> commands_;
  std::vector<Position> commands_at_;
  std::vector<Hash> command_digests_;
};

// Compares a full tile with the one that is stored: where it differs, or is not there.
std::optional<LogFault> compare_tile(const RocksStore& store, unsigned level, std::uint64_t index, const Tile& tile);

}  // namespace muniment
