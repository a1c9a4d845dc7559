#include "events/log/rocks_log.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "events/log/chunk.h"
#include "events/log/durable_head.h"
#include "events/log/envelope.h"
#include "events/log/index_tail.h"
#include "events/log/keys.h"
#include "events/log/rocks_cursor.h"
#include "events/log/rocks_index.h"
#include "events/log/rocks_merge.h"
#include "events/log/rocks_recovery.h"
#include "events/log/rocks_store.h"
#include "events/log/version_table.h"
#include "events/proof/tree.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// An append waits while so many full parts of the index wait to be written.
constexpr std::size_t sealed_tails_max = 2;
// A close writes the index of so many records or more; fewer are indexed again by the next open in the time it takes to write them.
constexpr std::size_t close_index_records = 32'768;
// The log's own thread gives way to the others.
constexpr int keeper_niceness = 10;

using Tails = std::vector<std::shared_ptr<IndexTail>>;  // In order; the last one takes the new records.

void create_store(const RocksLogOptions& options) {
  RocksStore store(options, OpenFor::creating);
  rocksdb::WriteBatch batch;
  std::string format;
  for (const std::uint32_t number : {log_format::version, log_format::oldest_reader}) {
    for (unsigned i = 0; i < 4; ++i) format.push_back(static_cast<char>(number >> (8 * i)));
  }
  store.check(batch.Put(store.family(Family::meta), slice(log_format::meta_format), slice(format)), "build a write");
  store.write(batch);
  store.flush();
}

// The records that lie side by side in memory as one slice each.
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
  void read(Position from, Position to, const RecordVisitor& visit) const;
  void read_stream(const StreamName& stream, Version from, const RecordVisitor& visit) const;
  Version stream_version(std::string_view key, KeyHash hash) const;
  std::optional<Position> find_command(const Principal& principal, std::string_view command_id) const;
  bool wait_beyond(Position position, std::chrono::milliseconds time) const;
  void close();
  std::size_t merge_small_chunks() { return merger_.merge(); }
  bool was_closed_cleanly() const { return was_clean_; }
  std::vector<FamilySize> sizes() const;
  void check_partition(Partition partition) const { MUNIMENT_ASSERT(partition == options_.partition); }

 private:
  // Opening.
  RocksStore& open_store();
  void index_from(Position from);

  // Appending: one thread.
  void refuse_if_failed() const;
  void fail(std::string why);
  void wait_for_room();
  void read_group(std::span<const RecordWords> records);
  std::optional<Conflict> find_conflict(const AppendBatch& batch);
  Version version_before_group(const StreamEntry& entry, bool likely_new);
  void hash_group(const AppendBatch& batch);
  void build_batch(std::span<const RecordWords> records);
  void index_group();
  void publish(const LogHead& head);

  // The index.
  std::shared_ptr<const Tails> tails() const;
  void index_record(const Envelope& envelope);
  void seal_tail(Position next);
  std::shared_ptr<IndexTail> oldest_sealed() const;
  void write_oldest_run();
  RecordWords record_of_stream(ChunkCursor& cursor, std::string_view key, Version version, Position position) const;

  // The log's own thread.
  void keep();
  void stop_keeper(bool finish);

  const RocksLogOptions options_;
  DurableHeadFile head_file_;
  const bool was_clean_;
  std::optional<RocksStore> store_;
  RocksIndex index_;
  ChunkMerger merger_;

  // The appending thread's own.
  MerkleTree tree_;
  LeafHasher hasher_;
  EnvelopeReader envelopes_;
  std::vector<Envelope> group_;
  VersionTable group_versions_;
  StreamHeads heads_;
  rocksdb::WriteBatch batch_;
  std::string chunk_header_;
  std::vector<rocksdb::Slice> slices_;

  mutable std::mutex head_mutex_;
  mutable std::condition_variable head_moved_;
  LogHead head_;

  mutable std::mutex tails_mutex_;
  std::condition_variable tails_shrunk_;
  std::shared_ptr<const Tails> tails_;

  mutable std::mutex failure_mutex_;
  std::string failure_;
  std::atomic<bool> failed_ = false;

  std::optional<DurableHeadWriter> head_writer_;
  std::mutex keeper_mutex_;
  std::condition_variable keeper_wanted_;
  bool keeper_stops_ = false;
  bool keeper_finishes_ = false;
  std::thread keeper_;
};

// --- Opening and closing ---------------------------------------------------------------------------------------------------------------------

