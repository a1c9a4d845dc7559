#include "events/log/rocks_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "events/log/archived_records.h"
#include "events/log/block_tree.h"
#include "events/log/chunk.h"
#include "events/log/durable_head.h"
#include "events/log/envelope.h"
#include "events/log/indexed_record.h"
#include "events/log/keeper.h"
#include "events/log/keys.h"
#include "events/log/log_index.h"
#include "events/log/rocks_cursor.h"
#include "events/log/rocks_merge.h"
#include "events/log/rocks_recovery.h"
#include "events/log/rocks_store.h"
#include "events/log/rocks_verify.h"
#include "events/log/version_table.h"
#include "events/proof/bulk_hasher.h"
#include "events/proof/tree.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// A close writes the index of so many records or more; fewer are indexed again by the next open in the time it takes to write them.
constexpr std::size_t close_index_records = 32'768;
// So many records or more are read far ahead; fewer as RocksDB sees fit, and few are kept in its cache.
constexpr Position scan_records_min = 16'384;
constexpr Position page_records_min = 256;
// So many small chunks are worth a merge before a close.
constexpr std::size_t small_chunks_max = 1'024;

void create_store(const RocksLogOptions& options) {
  RocksStore store(options, OpenFor::creating);
  std::string format;
  for (const std::uint32_t number : {log_format::version, log_format::oldest_reader}) {
    for (unsigned i = 0; i < 4; ++i) format.push_back(static_cast<char>(number >> (8 * i)));
  }
  rocksdb::WriteBatch batch;
  store.check(batch.Put(store.family(Family::meta), slice(log_format::meta_format), slice(format)), "build a write");
  store.write(batch);
  store.flush();
}

// Reads the log as it was found before anything is written: opening for writing drops what a damaged write-ahead log still holds.
std::unique_ptr<RocksStore> open_checked(const RocksLogOptions& options, const DurableHead& durable) {
  if (!std::filesystem::exists(options.folder / "CURRENT")) {
    throw LogDamaged(fmt::format("{}: there is no log; the durable head {} says position {}: restore both from the same backup",
                                 options.folder.string(), options.head_file.string(), durable.head.position));
  }
  inspect(RocksStore(options, OpenFor::reading), durable, options.checkpoint);
  return std::make_unique<RocksStore>(options, OpenFor::writing);
}

// Appends the records to a list that has one slice already, the chunk's header. Records that lie side by side in memory become one slice.
void put_record_slices(std::span<const RecordWords> records, std::vector<rocksdb::Slice>& out) {
  for (const RecordWords record : records) {
    const auto* const bytes = reinterpret_cast<const char*>(record.data());
    if (out.size() > 1 && out.back().data() + out.back().size() == bytes) {
      out.back().size_ += record.size_bytes();
    } else {
      out.emplace_back(bytes, record.size_bytes());
    }
  }
}

}  // namespace

class RocksLog::Impl {
 public:
  explicit Impl(const RocksLogOptions& options);
  ~Impl();

  std::expected<LogHead, Conflict> append(const AppendBatch& batch);
  LogHead head() const;
  bool wait_beyond(Position position, std::chrono::milliseconds time) const;
  void read_runs(Position from, Position to, const RunVisitor& visit) const;
  void read_stream(const StreamName& stream, Version from, const RecordVisitor& visit) const;
  Version stream_version(const StreamName& stream) const;
  void find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const;
  void close();
  MerkleTree tree() const;
  Tile read_tile(unsigned level, std::uint64_t index) const { return muniment::read_tile(*store_, level, index); }
  void keep_checkpoint(Position size, std::string_view note, bool synced);
  void keep_time_stamp(Position size, std::string_view token);
  void read_time_stamps(Position from, const CheckpointVisitor& visit) const { visit_time_stamps(*store_, from, visit); }
  void read_checkpoints(Position from, const CheckpointVisitor& visit) const { visit_checkpoints(*store_, from, visit); }
  std::optional<std::string> checkpoint_at_most(Position size) const { return muniment::checkpoint_at_most(*store_, size); }
  BlockVerified verify_block(std::uint64_t block) const;
  std::size_t merge_small_chunks() { return merger_.merge(); }
  Position archived() const { return store_->archived(); }
  void move_to_archive(const std::filesystem::path& folder, Position last, const std::function<void(Position)>& on_read,
                       const std::function<void()>& on_right);
  const RocksStore& store() const { return *store_; }
  bool was_closed_cleanly() const { return was_clean_; }
  std::vector<FamilySize> sizes() const;
  void check_partition(Partition partition) const { MUNIMENT_ASSERT(partition == options_.partition && store_ != nullptr); }

 private:
  void index_recovered();
  void refuse_if_failed() const;
  [[noreturn]] void refuse() const;
  void fail(const std::string& why);
  void read_group(std::span<const RecordWords> records);
  std::optional<Conflict> find_conflict(std::span<const Condition> conditions);
  void look_up(std::span<const Condition> conditions);
  std::optional<Conflict> move_heads();
  void begin_growing();
  void grow_tree(const AppendBatch& batch);
  void build_batch(std::span<const RecordWords> records);
  void put_chunk(Position first, std::span<const RecordWords> records);
  void index_group();
  template <typename Do>
  void for_each_written(Do act) const;
  void publish(const LogHead& head);
  void keep();
  void write_sealed_parts();
  template <typename Check>
  void check_record(Position position, RecordWords record, std::string_view expected, Check check) const;

  const RocksLogOptions options_;
  std::optional<DurableHeadFile> head_file_;  // Nothing after close(): another may open the log.
  const bool was_clean_;
  std::unique_ptr<RocksStore> store_;  // Nothing after close().
  MerkleTree tree_;
  LogIndex index_;
  ChunkMerger merger_;

  // The appending thread's own.
  BulkHasher hasher_;
  std::vector<ByteSpan> to_hash_;
  std::vector<Hash> leaves_;
  EnvelopeReader envelopes_;
  std::vector<Envelope> group_;
  StreamHeads heads_;
  std::vector<KnownStream*> looked_at_;  // In heads_, of the current group: of each condition,
  std::vector<KnownStream*> written_;    // and of each stream of each event.
  std::vector<LogIndex::StreamSearch> unknown_;
  Arena condition_keys_;
  rocksdb::WriteBatch batch_;
  std::string header_;
  std::vector<rocksdb::Slice> slices_;

  mutable std::mutex head_mutex_;
  mutable std::condition_variable head_moved_;
  LogHead head_;
  // From the first leaf of a group until it is published: then tree_ is ahead of what is durable, and its own thread's alone.
  bool is_growing_ = false;
  mutable bool is_tree_wanted_ = false;
  std::uint64_t trees_given_ = 0;
  std::optional<MerkleTree> given_tree_;  // For whom wanted it while it grew.

  mutable std::mutex failure_mutex_;
  std::string failure_;
  std::atomic<bool> failed_ = false;

  std::optional<DurableHeadWriter> head_writer_;
  std::optional<Keeper> keeper_;  // Last: its thread uses the members above.
};

// Opening and closing.

RocksLog::Impl::Impl(const RocksLogOptions& options)
    : options_(options),
      head_file_(std::in_place, options.head_file, options.partition),
      was_clean_(head_file_->read().clean),
      store_(open_checked(options_, head_file_->read())),
      tree_(inspect(*store_, head_file_->read(), options.checkpoint)),
      index_(*store_, options.index_run_records),
      merger_(*store_),
      heads_(options.stream_heads_max),
      head_{tree_.size(), tree_.root()} {
  index_recovered();
  head_file_->write(head_, false);
  head_writer_.emplace(*head_file_);
  keeper_.emplace([this] { keep(); });
  keeper_->wake();
}

RocksLog::Impl::~Impl() = default;

// The newest records are indexed in memory only, so that part of the index is made again from them.
void RocksLog::Impl::index_recovered() {
  ChunkCursor cursor(*store_, ChunkCursor::Access::scan);
  Envelope envelope;
  std::array<KnownStream, event_streams_max> streams{};
  std::array<KnownStream*, event_streams_max> known{};
  std::ranges::transform(streams, known.begin(), [](KnownStream& stream) { return &stream; });
  const Position first = index_.next();
  while (index_.next() <= head_.position) {
    if (options_.on_progress) options_.on_progress("records indexed", index_.next() - first, head_.position + 1 - first);
    const ChunkView& chunk = cursor.seek(index_.next());
    merger_.note(chunk.first(), chunk.count());
    for (Position position = index_.next(); position <= chunk.last(); ++position) {
      envelopes_.clear();
      check_record(position, chunk.record(position), "a record", [&](RecordWords record) {
        envelopes_.read(record, envelope);
        return true;
      });
      streams = {};
      index_.add(envelope, std::span(known).first(envelope.stream_count));
    }
  }
}

void RocksLog::Impl::close() {
  if (!store_) return;
  keeper_->stop();
  if (!failed_) {
    merger_.merge();
    index_.seal(close_index_records);
    write_sealed_parts();
    store_->flush();
  }
  head_writer_->stop();
  store_.reset();
  if (!failed_) head_file_->write(head_, true);
  head_file_.reset();
}

// Appending.

std::expected<LogHead, Conflict> RocksLog::Impl::append(const AppendBatch& batch) {
  MUNIMENT_ASSERT(!batch.records.empty());
  refuse_if_failed();
  index_.wait_for_room();
  read_group(batch.records);
  if (const auto conflict = find_conflict(batch.conditions)) return std::unexpected(*conflict);
  try {
    refuse_if_failed();
    begin_growing();
    grow_tree(batch);
    build_batch(batch.records);
    store_->write(batch_);
    const LogHead head{tree_.size(), tree_.root()};
    index_group();
    publish(head);
    head_writer_->advance(head);
    return head;
  } catch (const std::exception& error) {
    // What the disk holds is not known any more, and the tree may be ahead of it.
    fail(error.what());
    refuse();
  }
}

void RocksLog::Impl::refuse_if_failed() const {
  if (failed_) refuse();
}

void RocksLog::Impl::refuse() const {
  const std::lock_guard lock(failure_mutex_);
  throw LogFailed(failure_);
}

void RocksLog::Impl::fail(const std::string& why) {
  {
    const std::lock_guard lock(failure_mutex_);
    if (failure_.empty()) failure_ = fmt::format("the log takes no more events until it is opened again, because a write failed: {}", why);
  }
  failed_ = true;
  index_.give_up();
  {
    const std::lock_guard lock(head_mutex_);
  }  // Whoever is about to wait for a tree has seen it, or is woken.
  head_moved_.notify_all();
}

void RocksLog::Impl::read_group(std::span<const RecordWords> records) {
  envelopes_.clear();
  group_.resize(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    envelopes_.read(records[i], group_[i]);
    MUNIMENT_ASSERT(group_[i].position == group_.front().position + i);
    for (const StreamEntry& entry : group_[i].streams()) heads_.prefetch(entry.hash);
  }
}

std::optional<Conflict> RocksLog::Impl::find_conflict(std::span<const Condition> conditions) {
  const Position expected = group_.front().position - 1;
  if (expected != tree_.size()) return Conflict{std::nullopt, expected, tree_.size()};
  look_up(conditions);
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const Version actual = looked_at_[i]->version;
    if (actual != conditions[i].version) return Conflict{conditions[i].stream, conditions[i].version, actual};
  }
  return move_heads();
}

// Finds what is known of every stream that the group and its conditions name, and asks the index for all that is not known at once.
void RocksLog::Impl::look_up(std::span<const Condition> conditions) {
  heads_.make_room(conditions.size() + group_.size() * event_streams_max);
  looked_at_.clear();
  written_.clear();
  condition_keys_.clear();
  unknown_.clear();
  const auto find = [this](std::string_view key, KeyHash hash) {
    const StreamHeads::Found found = heads_.find(hash);
    if (found.is_new) unknown_.push_back({key, hash, &found.stream.version});
    return &found.stream;
  };
  for (const Condition& condition : conditions) {
    const std::string_view key = condition_keys_.keep(stream_key(condition.stream));
    looked_at_.push_back(find(key, hash_of_key(key)));
  }
  for (const Envelope& envelope : group_) {
    for (const StreamEntry& entry : envelope.streams()) written_.push_back(find(entry.key, entry.hash));
  }
  try {
    if (!unknown_.empty()) index_.last_versions(unknown_);
  } catch (...) {
    heads_.forget_all();
    throw;
  }
}

// Takes the group's versions into heads_ already, so that each event is compared with those before it in the group. A conflict leaves them
// as they were.
std::optional<Conflict> RocksLog::Impl::move_heads() {
  std::size_t moved = 0;
  for (const Envelope& envelope : group_) {
    for (const StreamEntry& entry : envelope.streams()) {
      const Version actual = written_[moved]->version;
      if (entry.version != actual + 1) {
        while (moved > 0) --written_[--moved]->version;
        return Conflict{stream_of(entry.key), entry.version - 1, actual};
      }
      written_[moved++]->version = entry.version;
    }
  }
  return std::nullopt;
}

void RocksLog::Impl::begin_growing() {
  const std::lock_guard lock(head_mutex_);
  is_growing_ = true;
}

void RocksLog::Impl::grow_tree(const AppendBatch& batch) {
  MUNIMENT_ASSERT(batch.leaf_hashes.empty() || batch.leaf_hashes.size() == batch.records.size());
  if (!batch.leaf_hashes.empty()) return tree_.append(batch.leaf_hashes, hasher_);
  to_hash_.clear();
  for (const RecordWords record : batch.records) to_hash_.push_back(bytes_of(record));
  leaves_.resize(to_hash_.size());
  hasher_.leaf_hashes(to_hash_, leaves_);
  tree_.append(leaves_, hasher_);
}

void RocksLog::Impl::build_batch(std::span<const RecordWords> records) {
  batch_.Clear();
  Position first = group_.front().position;
  for (std::span<const RecordWords> rest = records; !rest.empty();) {
    const auto now = rest.first(chunk_size(rest));
    put_chunk(first, now);
    first += now.size();
    rest = rest.subspan(now.size());
  }
  for (const FullTile& tile : tree_.take_full_tiles()) {
    store_->check(batch_.Put(store_->family(Family::tiles), slice(tile_key(options_.partition, tile.level, tile.index)),
                             slice(text_of(tile_bytes(tile.hashes)))),
                  "build a write");
  }
}

void RocksLog::Impl::put_chunk(Position first, std::span<const RecordWords> records) {
  header_.clear();
  put_chunk_header(records, header_);
  slices_.assign(1, slice(header_));
  put_record_slices(records, slices_);
  const std::string key = chunk_key(options_.partition, first);
  const rocksdb::Slice key_slice = slice(key);
  store_->check(batch_.Put(store_->family(Family::events), rocksdb::SliceParts(&key_slice, 1),
                           rocksdb::SliceParts(slices_.data(), static_cast<int>(slices_.size()))),
                "build a write");
  merger_.note(first, records.size());
}

void RocksLog::Impl::index_group() {
  bool work = merger_.waiting() >= small_chunks_max;
  for_each_written([this](const Envelope& envelope, std::span<KnownStream* const> known) { index_.prefetch(envelope, known); });
  for_each_written([&](const Envelope& envelope, std::span<KnownStream* const> known) { work |= index_.add(envelope, known); });
  if (work) keeper_->wake();
}

// Each event of the group with what is known of its streams.
template <typename Do>
void RocksLog::Impl::for_each_written(Do act) const {
  std::span<KnownStream* const> rest = written_;
  for (const Envelope& envelope : group_) {
    act(envelope, rest.first(envelope.stream_count));
    rest = rest.subspan(envelope.stream_count);
  }
}

void RocksLog::Impl::publish(const LogHead& head) {
  {
    const std::lock_guard lock(head_mutex_);
    head_ = head;
    is_growing_ = false;
    if (is_tree_wanted_) {
      is_tree_wanted_ = false;
      given_tree_ = tree_.fork();
      ++trees_given_;
    }
  }
  head_moved_.notify_all();
}

// While groups follow one another without a pause, only their own thread can give the tree, between two of them.
MerkleTree RocksLog::Impl::tree() const {
  std::unique_lock lock(head_mutex_);
  if (!is_growing_) return tree_.fork();
  is_tree_wanted_ = true;
  const std::uint64_t given_before = trees_given_;
  head_moved_.wait(lock, [&] { return trees_given_ > given_before || failed_; });
  if (trees_given_ > given_before) return given_tree_->fork();
  lock.unlock();
  refuse();
}

void RocksLog::Impl::keep_checkpoint(Position size, std::string_view note, bool synced) {
  refuse_if_failed();
  rocksdb::WriteOptions options;
  options.sync = synced;
  const rocksdb::Status status =
      store_->db().Put(options, store_->family(Family::meta), slice(checkpoint_key(options_.partition, size)), slice(note));
  store_->check(status, "keep a checkpoint");
}

void RocksLog::Impl::keep_time_stamp(Position size, std::string_view token) {
  refuse_if_failed();
  const rocksdb::Status status =
      store_->db().Put({}, store_->family(Family::meta), slice(time_stamp_key(options_.partition, size)), slice(token));
  store_->check(status, "keep a time stamp");
}

BlockVerified RocksLog::Impl::verify_block(std::uint64_t block) const {
  const MerkleTree log_tree = tree();
  const std::array whole{KnownRoot{.head = {log_tree.size(), log_tree.root()}, .who = "the log's tree"}};
  BlockVerifier verifier(*store_, whole, 0);
  BlockReport report = verifier.verify(block, std::min((block + 1) * block_records, log_tree.size()));
  if (report.fault) return {report.last, report.fault};
  if (report.differing_root)
    return {report.last, LogFault{block * block_records + 1, "the records from here on do not lead to the log's root"}};
  if (report.last < (block + 1) * block_records) return {report.last, std::nullopt};
  const ReadTile stored = [this](unsigned level, std::uint64_t index) { return read_tile(level, index); };
  return {report.last, compare_with_tree(stored, log_tree, block, report.root)};
}

void RocksLog::Impl::move_to_archive(const std::filesystem::path& folder, Position last, const std::function<void(Position)>& on_read,
                                     const std::function<void()>& on_right) {
  MUNIMENT_ASSERT(last % tile_width == 0 && last <= head().position && last >= archived());
  refuse_if_failed();
  if (!head_writer_->wait_for(last)) throw LogFailed(fmt::format("{}: the durable head was not written", options_.head_file.string()));
  ArchivedRecords records(*store_, folder);
  for (Position position = 1; position <= last; position = records.part_with(position).last() + 1) {
    if (position % tile_width == 1) on_read(position);
  }
  on_right();
  const auto no_merging = merger_.pause();
  merger_.forget(last);
  try {
    store_->move_to_archive(folder, last);
  } catch (const std::exception& error) {  // What the database has of them now, the next opening finds out.
    fail(error.what());
    throw;
  }
}

// The log's own thread.

void RocksLog::Impl::keep() {
  try {
    if (merger_.waiting() >= small_chunks_max) merger_.merge();
    write_sealed_parts();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

// Only what the durable head covers is indexed on disk: an index that is ahead of a log that lost its end would name positions twice.
void RocksLog::Impl::write_sealed_parts() {
  while (const auto sealed = index_.oldest_sealed()) {
    if (!head_writer_->wait_for(sealed->next() - 1))
      throw LogFailed(fmt::format("{}: the durable head was not written", options_.head_file.string()));
    merger_.merge();
    index_.write(*sealed);
  }
}

// Reading.

LogHead RocksLog::Impl::head() const {
  const std::lock_guard lock(head_mutex_);
  return head_;
}

bool RocksLog::Impl::wait_beyond(Position position, std::chrono::milliseconds time) const {
  std::unique_lock lock(head_mutex_);
  return head_moved_.wait_for(lock, time, [&] { return head_.position > position; });
}

void RocksLog::Impl::read_runs(Position from, Position to, const RunVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  const Position last = std::min(to, head().position);
  if (from > last) return;
  using Access = ChunkCursor::Access;
  const Position reach = last - from;
  ChunkCursor cursor(*store_, reach >= scan_records_min ? Access::scan : reach >= page_records_min ? Access::page : Access::lookup);
  for (Position position = from; position <= last;) {
    const ChunkView& chunk = cursor.seek(position);
    const Position end = std::min(chunk.last(), last);
    if (!visit(position, chunk.records(position, end))) return;
    position = end + 1;
  }
}

void RocksLog::Impl::read_stream(const StreamName& stream, Version from, const RecordVisitor& visit) const {
  MUNIMENT_ASSERT(from >= 1);
  ChunkCursor cursor(*store_, ChunkCursor::Access::lookup);
  Version expected = from;
  index_.read_stream(stream_key(stream), from, [&](Version version, Position position) {
    if (version != expected) {
      throw LogDamaged(fmt::format("{}the index lacks the version {} of {}: restore the log from a backup", store_->place(position),
                                   expected, stream.describe()));
    }
    ++expected;
    const RecordWords record = cursor.record(position);
    check_record(position, record, stream.describe(), [&](RecordWords words) { return is_of_stream(words, stream, version); });
    return visit(position, record);
  });
}

Version RocksLog::Impl::stream_version(const StreamName& stream) const {
  const std::string key = stream_key(stream);
  Version version = 0;
  const LogIndex::StreamSearch search{key, hash_of_key(key), &version};
  index_.last_versions({&search, 1});
  return version;
}

void RocksLog::Impl::find_commands(std::span<const CommandName> commands, std::span<std::optional<Position>> found) const {
  index_.find_commands(commands, found);
  std::optional<ChunkCursor> cursor;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (!found[i]) continue;
    if (!cursor) cursor.emplace(*store_, ChunkCursor::Access::lookup);
    check_record(*found[i], cursor->record(*found[i]), "the command", [&](RecordWords words) { return is_of_command(words, commands[i]); });
  }
}

// Runs a check that reads the record. The bytes were checked when their block was read, so a record that does not pass is damage all the
// same.
template <typename Check>
void RocksLog::Impl::check_record(Position position, RecordWords record, std::string_view expected, Check check) const {
  std::string problem;
  try {
    if (check(record)) return;
    problem = fmt::format("the index names it for {}, and it is not of that", expected);
  } catch (const BadRecord& bad) {
    problem = bad.what();
  } catch (const kj::Exception& bad) {
    problem = bad.getDescription().cStr();
  }
  throw LogDamaged(fmt::format("{}a record that does not fit: {}: restore the log from a backup", store_->place(position), problem));
}

std::vector<FamilySize> RocksLog::Impl::sizes() const {
  std::vector<FamilySize> sizes;
  for (std::size_t i = 0; i < family_count; ++i) {
    const auto family = static_cast<Family>(i);
    const auto number = [&](const std::string& property) {
      std::uint64_t value = 0;
      store_->db().GetIntProperty(store_->family(family), property, &value);
      return value;
    };
    sizes.push_back({std::string{name_of(family)}, number(rocksdb::DB::Properties::kLiveSstFilesSize),
                     number(rocksdb::DB::Properties::kCurSizeAllMemTables), number(rocksdb::DB::Properties::kEstimateNumKeys)});
  }
  return sizes;
}

// The public face.

RocksLog::RocksLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksLog::~RocksLog() = default;

std::unique_ptr<RocksLog> RocksLog::create(const RocksLogOptions& options) {
  if (std::filesystem::exists(options.folder) || std::filesystem::exists(options.head_file)) {
    throw LogFailed(
        fmt::format("{} or {} is there already: a new log needs names that are free", options.folder.string(), options.head_file.string()));
  }
  create_store(options);
  DurableHeadFile::create(options.head_file, options.partition);
  return open(options);
}

std::unique_ptr<RocksLog> RocksLog::open(const RocksLogOptions& options) {
  return std::unique_ptr<RocksLog>(new RocksLog(std::make_unique<Impl>(options)));
}

std::expected<LogHead, Conflict> RocksLog::append(const AppendBatch& batch) {
  impl_->check_partition(batch.partition);
  return impl_->append(batch);
}

LogHead RocksLog::head(Partition partition) const {
  impl_->check_partition(partition);
  return impl_->head();
}

void RocksLog::read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const {
  impl_->check_partition(partition);
  impl_->read_runs(from, to, visit);
}

void RocksLog::read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const {
  impl_->check_partition(partition);
  impl_->read_stream(stream, from, visit);
}

Version RocksLog::stream_version(Partition partition, const StreamName& stream) const {
  impl_->check_partition(partition);
  return impl_->stream_version(stream);
}

void RocksLog::find_commands(Partition partition, std::span<const CommandName> commands, std::span<std::optional<Position>> found) const {
  impl_->check_partition(partition);
  impl_->find_commands(commands, found);
}

bool RocksLog::wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const {
  impl_->check_partition(partition);
  return impl_->wait_beyond(position, time);
}

void RocksLog::close() { impl_->close(); }
MerkleTree RocksLog::tree() const { return impl_->tree(); }
Tile RocksLog::read_tile(unsigned level, std::uint64_t index) const { return impl_->read_tile(level, index); }
void RocksLog::keep_checkpoint(Position size, std::string_view note, bool synced) { impl_->keep_checkpoint(size, note, synced); }
void RocksLog::keep_time_stamp(Position size, std::string_view token) { impl_->keep_time_stamp(size, token); }
void RocksLog::read_time_stamps(Position from, const CheckpointVisitor& visit) const { impl_->read_time_stamps(from, visit); }
void RocksLog::read_checkpoints(Position from, const CheckpointVisitor& visit) const { impl_->read_checkpoints(from, visit); }
std::optional<std::string> RocksLog::checkpoint_at_most(Position size) const { return impl_->checkpoint_at_most(size); }
BlockVerified RocksLog::verify_block(std::uint64_t block) const { return impl_->verify_block(block); }
std::size_t RocksLog::merge_small_chunks() { return impl_->merge_small_chunks(); }
Position RocksLog::archived() const { return impl_->archived(); }
void RocksLog::move_to_archive(const std::filesystem::path& folder, Position last, const std::function<void(Position)>& on_read,
                               const std::function<void()>& on_right) {
  impl_->move_to_archive(folder, last, on_read, on_right);
}
const RocksStore& RocksLog::store() const { return impl_->store(); }
bool RocksLog::was_closed_cleanly() const { return impl_->was_closed_cleanly(); }
std::vector<FamilySize> RocksLog::sizes() const { return impl_->sizes(); }

}  // namespace muniment
