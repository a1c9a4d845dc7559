#include "events/log/rocks_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "events/log/chunk.h"
#include "events/log/keys.h"
#include "events/log/rocks_hooks.h"
#include "events/log/zeroed_wal.h"
#include "events/proof/tree.h"
#include "events/rocks/no_log.h"
#include "events/rocks/no_options_file.h"
#include "events/rocks/opening_threads.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// After a kill all of the write-ahead log is read, twice: its size bounds the time that opening takes.
constexpr std::uint64_t wal_bytes_max = 96u << 20;
constexpr std::size_t events_memtable_bytes = 32u << 20;
constexpr std::size_t small_memtable_bytes = 8u << 20;
constexpr double bloom_bits_per_key = 10;
constexpr std::ptrdiff_t wal_files_max = 8;

constexpr std::array<Family, family_count> families{Family::meta, Family::events, Family::tiles, Family::streams, Family::commands};

// All but the version: what a seek for a stream's entries, and a lookup of one, share.
class WithoutVersion final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "muniment.WithoutVersion"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return {key.data(), key.size() - version_bytes}; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() >= version_bytes; }
};

rocksdb::DBOptions database_options(const std::string& folder, OpenFor purpose, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.create_if_missing = purpose == OpenFor::creating;
  options.error_if_exists = purpose == OpenFor::creating;
  options.create_missing_column_families = purpose == OpenFor::creating;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_total_wal_size = wal_bytes_max;
  options.max_background_jobs = 2;
  options.max_file_opening_threads = opening_threads(folder);
  options.allow_concurrent_memtable_write = false;  // One thread writes.
  options.enable_write_thread_adaptive_yield = false;
  options.bytes_per_sync = 1u << 20;
  options.skip_stats_update_on_db_open = true;  // It reads a page of every file.
  options.info_log = no_log();
  options.env = env;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16u << 10;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  table.block_cache = cache;

  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kLZ4Compression;  // At every level: in-order keys then move down without being rewritten.
  options.compaction_style = rocksdb::kCompactionStyleLevel;
  options.write_buffer_size = family == Family::events ? events_memtable_bytes : small_memtable_bytes;
  options.max_write_buffer_number = 4;
  options.target_file_size_base = 64u << 20;

  if (family == Family::streams || family == Family::commands) {
    // Written as whole sorted files, seldom; many of them may wait, because a lookup asks their filters.
    options.level0_file_num_compaction_trigger = 6;
    options.level0_slowdown_writes_trigger = 48;
    options.level0_stop_writes_trigger = 64;
    options.max_bytes_for_level_base = 512u << 20;
    table.block_size = 4u << 10;  // Each lookup decompresses one for a few bytes.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  }
  if (family == Family::streams) {
    table.whole_key_filtering = false;
    options.prefix_extractor = std::make_shared<WithoutVersion>();
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

std::string_view name_of(Family family) {
  constexpr std::array<std::string_view, family_count> names{log_format::meta_family, log_format::events_family, log_format::tiles_family,
                                                             log_format::streams_family, log_format::commands_family};
  return names[static_cast<std::size_t>(family)];
}

RocksStore::RocksStore(const RocksLogOptions& options, OpenFor purpose)
    : folder_(options.folder.string()), partition_(options.partition), cache_(rocksdb::NewLRUCache(options.block_cache_bytes)) {
  archive_folder_ = options.archive;
  env_ = rocksdb::NewCompositeEnv(
      with_zeroed_wal(no_options_file(options.hooks != nullptr ? options.hooks->file_system : rocksdb::FileSystem::Default())));
  open(options, purpose);
}

void RocksStore::open(const RocksLogOptions&, OpenFor purpose) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{{rocksdb::kDefaultColumnFamilyName, {}}};
  for (const Family family : families) descriptors.emplace_back(std::string{name_of(family)}, family_options(family, cache_));
  const rocksdb::DBOptions options = database_options(folder_, purpose, env_.get());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = purpose == OpenFor::reading ? rocksdb::DB::OpenForReadOnly(options, folder_, descriptors, &handles, &db)
                                                       : rocksdb::DB::Open(options, folder_, descriptors, &handles, &db);
  // A file that is not there is as much damage as one that is not what it was.
  if (purpose != OpenFor::creating && status.IsPathNotFound()) status = rocksdb::Status::Corruption(status.ToString());
  check(status, "open the log");
  db_.reset(db);
  unused_ = handles[0];
  for (std::size_t i = 0; i < family_count; ++i) handles_[i] = handles[i + 1];
  try {
    if (purpose == OpenFor::writing) drop_empty_wal_files();
    archived_ = read_archived();
  } catch (...) {
    release();
    throw;
  }
}

// Every opening begins a write-ahead file, and RocksDB drops those before it only when it flushes something: a log that is only asked would
// gather them without end. So something is written once more as it is.
void RocksStore::drop_empty_wal_files() {
  std::vector<std::string> names;
  const rocksdb::Status listed = db_->GetEnv()->GetChildren(folder_, &names);
  check(listed, "list its files");
  if (std::ranges::count_if(names, [](const std::string& name) { return name.ends_with(".log"); }) <= wal_files_max) return;
  const auto format = get(Family::meta, log_format::meta_format);
  if (!format) return;
  rocksdb::WriteBatch batch;
  check(batch.Put(family(Family::meta), slice(log_format::meta_format), slice(*format)), "build a write");
  write(batch);
  flush();
}

RocksStore::~RocksStore() { release(); }

// RocksDB takes it amiss where a database goes before its families' handles.
void RocksStore::release() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->DestroyColumnFamilyHandle(unused_);
  db_->Close();
}

std::optional<std::string> RocksStore::get(Family of, std::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get({}, family(of), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  check(status, fmt::format("read the column family {}", name_of(of)));
  return value;
}

void RocksStore::get_many(Family of, std::span<const std::string> keys, const Give& give) const {
  if (keys.size() == 1) {  // In half the time.
    give(0, get(of, keys.front()));
    return;
  }
  constexpr std::size_t batch = 32;  // RocksDB takes no more in one go.
  for (std::size_t at = 0; at < keys.size(); at += batch) {
    const auto now = keys.subspan(at, std::min(batch, keys.size() - at));
    std::array<rocksdb::Slice, batch> slices;
    std::array<rocksdb::PinnableSlice, batch> values;
    std::array<rocksdb::Status, batch> statuses;
    std::ranges::copy(now, slices.begin());
    db_->MultiGet({}, family(of), now.size(), slices.data(), values.data(), statuses.data());
    for (std::size_t i = 0; i < now.size(); ++i) {
      const bool is_there = !statuses[i].IsNotFound();
      if (is_there && !statuses[i].ok()) check(statuses[i], fmt::format("read the column family {}", name_of(of)));
      give(at + i, is_there ? std::optional(view(values[i])) : std::nullopt);
    }
  }
}

void RocksStore::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  check(db_->Write(options, &batch), "write to the log");
}

void RocksStore::flush() {
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  check(db_->Flush({}, all), "flush the log");
}

Position RocksStore::read_archived() const {
  const auto value = get(Family::meta, archived_key(partition_));
  if (!value) return 0;
  if (value->size() != sizeof(Position) || get_u64be(value->data()) % tile_width != 0)
    throw LogDamaged(fmt::format("{}: the column family meta has no position under archived", folder_));
  return get_u64be(value->data());
}

std::filesystem::path RocksStore::archive_folder() const {
  const std::lock_guard lock(archive_mutex_);
  return archive_folder_;
}

void RocksStore::move_to_archive(const std::filesystem::path& folder, Position last) {
  MUNIMENT_ASSERT(last % tile_width == 0 && last >= archived());
  {
    const std::lock_guard lock(archive_mutex_);
    archive_folder_ = folder;
  }
  // Who reads while this goes on finds each record in the one place or the other.
  rocksdb::WriteBatch batch;
  std::string value;
  put_u64be(value, last);
  check(batch.Put(family(Family::meta), slice(archived_key(partition_)), slice(value)), "build a write");
  const std::string begin = chunk_key(partition_, 0);
  const std::string end = chunk_key(partition_, first_chunk_beyond(last));
  check(batch.DeleteRange(family(Family::events), slice(begin), slice(end)), "build a write");
  archived_.store(last, std::memory_order_release);
  write(batch);
  flush();  // Files are removed only when a table file says why.
  free_below(end);
}

// Where the chunk begins that has the record behind `last`: it may have some before it too, and stays.
Position RocksStore::first_chunk_beyond(Position last) const {
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator({}, family(Family::events)));
  iterator->SeekForPrev(slice(chunk_key(partition_, last + 1)));
  check(iterator->status(), "read the events");
  if (!iterator->Valid()) return last + 1;
  const Position first = position_of_chunk_key(view(iterator->key()));
  return first + chunk_count(view(iterator->value())) > last + 1 ? first : last + 1;
}

// Whole files go at once; of the others what is deleted is left out when they are written anew. What is at `end` stays, and whatever file
// it is in.
void RocksStore::free_below(const std::string& end_key) {
  const std::string begin_key = chunk_key(partition_, 0);
  const rocksdb::Slice begin = slice(begin_key);
  const rocksdb::Slice end = slice(end_key);
  constexpr bool with_end = false;
  check(rocksdb::DeleteFilesInRange(db_.get(), family(Family::events), &begin, &end, with_end), "remove the archived records");
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  check(db_->CompactRange(options, family(Family::events), &begin, &end), "remove the archived records");
}

void RocksStore::check(const rocksdb::Status& status, std::string_view doing) const {
  if (status.ok()) return;
  const std::string text = fmt::format("{}: cannot {}: RocksDB says: {}", folder_, doing, status.ToString());
  if (status.IsCorruption()) throw LogDamaged(text + "; keep a copy of the folder as it is, and restore the log from a backup");
  throw LogFailed(text);
}

std::string RocksStore::place(Position position) const {
  return fmt::format("{}, partition {}, position {}: ", folder_, partition_, position);
}

}  // namespace muniment
