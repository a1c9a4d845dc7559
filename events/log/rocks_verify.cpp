#include "events/log/rocks_verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "events/log/keys.h"
#include "events/log/rocks_recovery.h"

namespace muniment {
namespace {

// As a scan reads: rocks_cursor.cpp.
constexpr std::size_t readahead_bytes = 256u << 10;

// Two rounds of multiply and fold: what goes in is hashed with the seed already.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ odd) * (b | 1);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

Position first_under(unsigned level, std::uint64_t hash_number) { return (hash_number << (tile_height * level)) + 1; }

}  // namespace

void IndexSum::add(const KeyHash& key, std::uint64_t number, Position position) {
  const std::uint64_t once = mixed(key.low ^ number, key.high ^ position);
  low += mixed(once ^ position, key.low);
  high += mixed(once + number, key.high);
  ++entries;
}

void IndexSum::add(const IndexSum& other) {
  low += other.low;
  high += other.high;
  entries += other.entries;
}

// Of the family meta, in order of the sizes that their keys end with.
static void visit_sized(const RocksStore& store, const std::string& first, const CheckpointVisitor& visit) {
  const std::string_view prefix = std::string_view(first).substr(0, first.size() - sizeof(Position));
  const std::unique_ptr<rocksdb::Iterator> iterator(store.db().NewIterator({}, store.family(Family::meta)));
  for (iterator->Seek(slice(first)); iterator->Valid() && view(iterator->key()).starts_with(prefix); iterator->Next()) {
    if (iterator->key().size() != first.size()) continue;
    const Position size = get_u64be(iterator->key().data() + prefix.size());
    if (!visit(size, view(iterator->value()))) return;
  }
  store.check(iterator->status(), "read the checkpoints");
}

void visit_checkpoints(const RocksStore& store, Position from, const CheckpointVisitor& visit) {
  visit_sized(store, checkpoint_key(store.partition(), from), visit);
}

void visit_time_stamps(const RocksStore& store, Position from, const CheckpointVisitor& visit) {
  visit_sized(store, time_stamp_key(store.partition(), from), visit);
}

std::optional<std::string> checkpoint_at_most(const RocksStore& store, Position size) {
  const std::string last = checkpoint_key(store.partition(), size);
  const std::unique_ptr<rocksdb::Iterator> iterator(store.db().NewIterator({}, store.family(Family::meta)));
  iterator->SeekForPrev(slice(last));
  store.check(iterator->status(), "read the checkpoints");
  const bool is_one = iterator->Valid() && iterator->key().size() == last.size() &&
                      view(iterator->key()).starts_with(std::string_view(last).substr(0, last.size() - sizeof(Position)));
  return is_one ? std::optional{std::string{view(iterator->value())}} : std::nullopt;
}

ChunkWalk::ChunkWalk(const RocksStore& store) : store_(store) {
  rocksdb::ReadOptions options;
  options.readahead_size = readahead_bytes;
  options.fill_cache = false;
  iterator_.reset(store.db().NewIterator(options, store.family(Family::events)));
}

const ChunkView& ChunkWalk::seek(Position position) {
  if (position <= store_.archived()) return archived(position);
  iterator_->SeekForPrev(slice(chunk_key(store_.partition(), position)));
  if (!iterator_->Valid()) {
    store_.check(iterator_->status(), "read the events");
    throw LogDamaged("no chunk holds it");
  }
  if (position == store_.archived() + 1) refuse_chunk_before();
  const ChunkView& chunk = load(position_of_chunk_key(view(iterator_->key())));
  if (!chunk.holds(position)) throw LogDamaged("no chunk holds it");
  return chunk;
}

// The current one is to be the first of the database. It may have archived records before its own: nobody reads them there.
void ChunkWalk::refuse_chunk_before() {
  const std::string first{view(iterator_->key())};
  iterator_->Prev();
  if (iterator_->Valid() && get_u16be(iterator_->key().data()) == store_.partition())
    throw LogDamaged(fmt::format("a chunk at {} lies before it", position_of_chunk_key(view(iterator_->key()))));
  store_.check(iterator_->status(), "read the events");
  iterator_->Seek(slice(first));
}

const ChunkView& ChunkWalk::next() {
  const Position expected = chunk_->last() + 1;
  if (chunk_->last() <= store_.archived()) return seek(expected);  // The chunk behind the archive may have some of its records too.
  iterator_->Next();
  if (!iterator_->Valid()) {
    store_.check(iterator_->status(), "read the events");
    throw LogDamaged("no chunk begins there, and none behind it");
  }
  return load(expected);
}

void ChunkWalk::end() {
  if (!chunk_ || chunk_->last() <= store_.archived()) return;
  iterator_->Next();
  store_.check(iterator_->status(), "read the events");
  if (!iterator_->Valid() || get_u16be(iterator_->key().data()) != store_.partition()) return;
  const Position first = position_of_chunk_key(view(iterator_->key()));
  if (first != chunk_->last() + 1) throw LogDamaged(fmt::format("the next chunk begins at {}", first));
}

const ChunkView& ChunkWalk::archived(Position position) {
  if (!archived_) archived_.emplace(store_);
  return chunk_.emplace(archived_->part_with(position));
}

const ChunkView& ChunkWalk::load(Position expected) {
  const Position first = position_of_chunk_key(view(iterator_->key()));
  if (first != expected || !view(iterator_->key()).starts_with(chunk_key(store_.partition(), first)))
    throw LogDamaged(fmt::format("the next chunk begins at {}", first));
  const rocksdb::Slice value = iterator_->value();
  if (value.size() % sizeof(capnp::word) != 0) throw LogDamaged(fmt::format("a chunk of {} bytes", value.size()));
  const std::size_t words = value.size() / sizeof(capnp::word);
  if (words > words_.size()) words_.resize(words);
  std::memcpy(static_cast<void*>(words_.data()), value.data(), value.size());
  chunk_.reset();
  try {
    chunk_.emplace(first, std::span<const capnp::word>(words_).first(words));
  } catch (const BadChunk& bad) {
    throw LogDamaged(bad.what());
  }
  return *chunk_;
}

BlockVerifier::BlockVerifier(const RocksStore& store, std::span<const KnownRoot> roots, Position indexed)
    : store_(store), roots_(roots), indexed_(indexed), agency_(hash_of_key(stream_key(StreamName::single(schema::StreamKind::AGENCY)))) {}

BlockReport BlockVerifier::verify(std::uint64_t block, Position last) {
  BlockReport report;
  tiles_ = MerkleTree();
  leaf_count_ = 0;
  const Position first = block * block_records + 1;
  report.last = first - 1;
  std::string damage;
  try {
    read_records(report, first, std::min(last, first + block_records - 1));
  } catch (const LogFailed&) {
    throw;
  } catch (const std::exception& error) {  // LogDamaged, BadRecord
    damage = error.what();
  } catch (const kj::Exception& error) {
    damage = error.getDescription().cStr();
  }
  if (!damage.empty() && !report.fault) report.fault = LogFault{report.last + 1, damage};
  // Above a hash that differs all others do, and say less about where.
  for (const FullTile& tile : tiles_.take_full_tiles()) {
    if (!report.fault) compare_stored(report, 1, block, tile.hashes);
  }
  if (report.last >= first) report.root = root();
  return report;
}

void BlockVerifier::read_records(BlockReport& report, Position first, Position last) {
  auto known = static_cast<std::size_t>(
      std::ranges::lower_bound(roots_, first, {}, [](const KnownRoot& root) { return root.head.position; }) - roots_.begin());
  const bool has_roots = known < roots_.size() && roots_[known].head.position <= last && know_blocks_before(first / block_records);
  const std::size_t end_of_known = has_roots ? roots_.size() : known;
  ChunkWalk walk(store_);
  for (Position position = first; position <= last;) {
    const ChunkView& chunk = position == first ? walk.seek(position) : walk.next();
    ++report.chunks;
    for (const Position end = std::min(chunk.last(), last); position <= end;) {
      const Position stop = known < end_of_known ? std::min(end, roots_[known].head.position) : end;
      take_run(report, position, chunk.records(position, stop));
      position = stop + 1;
      for (; known < end_of_known && roots_[known].head.position == stop; ++known) compare_root(report, known);
    }
  }
  walk.end();
}

// What stands before a bad record is of the tree all the same: a tile may show that the fault began earlier.
void BlockVerifier::take_run(BlockReport& report, Position first, std::span<const RecordWords> records) {
  envelopes_.clear();
  commands_.clear();
  commands_at_.clear();
  try {
    for (std::size_t i = 0; i < records.size(); ++i) take_record(report, first + i, records[i]);
  } catch (...) {
    add_leaves(report, records.first(report.last + 1 - first));
    throw;
  }
  add_leaves(report, records);
  add_commands(report);
}

void BlockVerifier::take_record(BlockReport& report, Position position, RecordWords record) {
  envelopes_.read(record, envelope_);
  if (position % block_records == 1) {
    report.first_recorded_at_ns = envelope_.recorded_at_ns;
  } else if (envelope_.recorded_at_ns < report.last_recorded_at_ns) {
    throw LogDamaged("it was recorded before the one before it");
  }
  report.last_recorded_at_ns = envelope_.recorded_at_ns;
  if (position <= indexed_) add_to_sums(report);
  note_rotation(report, record);
  report.last = position;
}

void BlockVerifier::add_to_sums(BlockReport& report) {
  for (const StreamEntry& entry : envelope_.streams()) report.sums.streams.add(entry.hash, entry.version, envelope_.position);
  if (envelope_.command.empty()) return;
  commands_.push_back(bytes_of(envelope_.command));
  commands_at_.push_back(envelope_.position);
}

void BlockVerifier::add_commands(BlockReport& report) {
  command_digests_.resize(commands_.size());
  hasher_.digests(commands_, command_digests_);
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    const std::string_view digest = text_of(std::span(command_digests_[i]).first<log_format::command_digest_bytes>());
    report.sums.commands.add(hash_of_key(digest), 0, commands_at_[i]);
  }
}

// Of the few events of the agency's stream alone: looking at every fact would cost every record.
void BlockVerifier::note_rotation(BlockReport& report, RecordWords record) const {
  if (std::ranges::find(envelope_.streams(), agency_, &StreamEntry::hash) == envelope_.streams().end()) return;
  if (auto rotation = log_key_rotation_of(RecordReader(record).event())) report.rotations.push_back(std::move(*rotation));
}

void BlockVerifier::add_leaves(BlockReport& report, std::span<const RecordWords> records) {
  constexpr std::uint64_t tiles_in_block = block_records / tile_width;
  while (!records.empty()) {
    const auto now = records.first(std::min(records.size(), tile_width - leaf_count_));
    to_hash_.clear();
    for (const RecordWords record : now) to_hash_.push_back(bytes_of(record));
    hasher_.leaf_hashes(to_hash_, std::span(leaves_).subspan(leaf_count_, now.size()));
    leaf_count_ += now.size();
    records = records.subspan(now.size());
    if (leaf_count_ < tile_width) return;
    compare_stored(report, 0, (report.last - 1) / block_records * tiles_in_block + tiles_.size(), leaves_);
    tiles_.append(hasher_.root(leaves_));
    leaf_count_ = 0;
  }
}

void BlockVerifier::compare_stored(BlockReport& report, unsigned level, std::uint64_t index, const Tile& tile) {
  if (auto fault = compare_tile(store_, level, index, tile); !fault) {
    ++report.tiles;
  } else if (!report.fault) {  // Tiles come in order: the first one tells the first position.
    report.fault = std::move(fault);
  }
}

Hash BlockVerifier::root() {
  if (leaf_count_ == 0) return tiles_.root();
  return tiles_.root_followed_by(hasher_.root(std::span(leaves_).first(leaf_count_)));
}

void BlockVerifier::compare_root(BlockReport& report, std::size_t number) {
  if (report.differing_root) return;
  if (before_.root_followed_by(root()) == roots_[number].head.root) {
    ++report.roots;
  } else {
    report.differing_root = number;
  }
}

// From the tiles that are stored: whoever verifies the blocks they are of finds those that are wrong. False where one is not there.
bool BlockVerifier::know_blocks_before(std::uint64_t block) {
  try {
    while (before_.size() < block) before_.append(hasher_.root(read_tile(store_, 1, before_.size())));
    static_cast<void>(before_.take_full_tiles());
    return true;
  } catch (const LogDamaged&) {
    return false;
  }
}

std::optional<LogFault> compare_tile(const RocksStore& store, unsigned level, std::uint64_t index, const Tile& tile) {
  Tile stored;
  try {
    stored = read_tile(store, level, index);
  } catch (const LogDamaged& damage) {
    return LogFault{first_under(level, index * tile_width), damage.what()};
  }
  const auto [ours, theirs] = std::ranges::mismatch(tile, stored);
  if (ours == tile.end()) return std::nullopt;
  const std::uint64_t number = index * tile_width + static_cast<std::uint64_t>(ours - tile.begin());
  return LogFault{first_under(level, number), fmt::format("the tile {} of level {} has another hash than the records", index, level)};
}

}  // namespace muniment
