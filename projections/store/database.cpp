#include "projections/store/database.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>

#include "events/rocks/no_log.h"
#include "events/rocks/no_options_file.h"
#include "events/rocks/opening_threads.h"
#include "events/values/assert.h"

namespace muniment::view {
namespace {

namespace fs = std::filesystem;
using rocksdb::ColumnFamilyHandle;

constexpr std::string_view layout_key = "layout";
constexpr std::string_view live_prefix = "live/";
constexpr std::size_t write_buffer_bytes = std::size_t{32} << 20;
constexpr std::uint64_t memtable_bytes_kept_max = 4 << 20;
constexpr std::size_t block_bytes = 8 << 10;
constexpr int filter_bits = 10;

// RocksDB takes no null pointer, which an empty view may have.
rocksdb::Slice slice(std::string_view text) { return text.empty() ? rocksdb::Slice{"", 0} : rocksdb::Slice{text.data(), text.size()}; }
std::string_view view_of(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

void check(const rocksdb::Status& status, const fs::path& folder, std::string_view what) {
  if (status.ok()) return;
  throw Failed(fmt::format("views at {}: {}: {}", folder.string(), what, status.ToString()));
}

class PrefixOfKey : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "muniment.views.1"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return slice(key_prefix(view_of(key))); }
  bool InDomain(const rocksdb::Slice& key) const override { return !key_prefix(view_of(key)).empty(); }
};

rocksdb::ColumnFamilyOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.block_size = block_bytes;
  blocks.format_version = 5;
  blocks.checksum = rocksdb::kXXH3;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(filter_bits));
  blocks.whole_key_filtering = false;  // Reads are scans of a prefix, or a key that is a prefix.
  blocks.optimize_filters_for_memory = true;
  blocks.cache_index_and_filter_blocks = true;
  blocks.pin_l0_filter_and_index_blocks_in_cache = true;
  blocks.cache_index_and_filter_blocks_with_high_priority = true;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  options.prefix_extractor = std::make_shared<PrefixOfKey>();
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.write_buffer_size = write_buffer_bytes;
  options.level0_file_num_compaction_trigger = 8;
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 80;
  options.max_bytes_for_level_base = std::uint64_t{256} << 20;
  options.target_file_size_base = std::uint64_t{64} << 20;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.max_background_jobs = 2;
  options.max_total_wal_size = std::uint64_t{128} << 20;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Keys hold names, and the manifest would keep those of rows that are gone, as the bounds of files. So it is written anew whenever it
  // changes (it is a few kilobytes, and files are tens of megabytes).
  options.max_manifest_file_size = 1;
  options.info_log = no_log();
  options.env = disk_without_options_files();
  return options;
}

// Keys and values of the default column family say which tables are the live ones; nothing else is there.
std::string live_key(std::string_view view) { return std::string{live_prefix} + std::string{view}; }

// "access-12": the number after the name rises with every building.
std::uint64_t building_of(std::string_view table) {
  std::uint64_t number = 0;
  const auto digits = table.substr(table.rfind('-') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

struct Table::Impl {
  std::shared_ptr<rocksdb::DB> db;  // Outlives the handle.
  ColumnFamilyHandle* handle = nullptr;
  std::string name;

  Impl(std::shared_ptr<rocksdb::DB> owner, ColumnFamilyHandle* column) : db(std::move(owner)), handle(column), name(column->GetName()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { db->DestroyColumnFamilyHandle(handle); }
};

Table::Table(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Table::~Table() = default;
const std::string& Table::name() const { return impl_->name; }

struct Rows::Impl {
  std::unique_ptr<rocksdb::Iterator> at;
};

Rows::Rows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

void Rows::settle() {
  valid_ = impl_->at->Valid();
  if (valid_) {
    key_ = view_of(impl_->at->key());
  } else if (!impl_->at->status().ok()) {
    throw Failed(fmt::format("views: reading rows: {}: delete the views' folder, they are built again", impl_->at->status().ToString()));
  }
}

void Rows::seek(std::string_view key) {
  impl_->at->Seek(slice(key));
  settle();
}
void Rows::seek_for_prev(std::string_view key) {
  impl_->at->SeekForPrev(slice(key));
  settle();
}
void Rows::next() {
  impl_->at->Next();
  settle();
}
void Rows::prev() {
  impl_->at->Prev();
  settle();
}
std::string_view Rows::value() const { return view_of(impl_->at->value()); }

struct Snapshot::Impl {
  std::shared_ptr<rocksdb::DB> db;
  const rocksdb::Snapshot* snapshot = nullptr;

  explicit Impl(std::shared_ptr<rocksdb::DB> owner) : db(std::move(owner)), snapshot(db->GetSnapshot()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { db->ReleaseSnapshot(snapshot); }
};

Snapshot::Snapshot(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

namespace {

std::optional<std::string> get_value(rocksdb::DB& db, const rocksdb::ReadOptions& options, ColumnFamilyHandle* column,
                                     std::string_view key) {
  rocksdb::PinnableSlice value;
  const auto status = db.Get(options, column, slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  check(status, db.GetName(), "reading a row");
  return std::string{view_of(value)};
}

}  // namespace

std::optional<std::string> Snapshot::get(const Table& table, std::string_view key) const {
  rocksdb::ReadOptions options;
  options.snapshot = impl_->snapshot;
  return get_value(*impl_->db, options, table.impl().handle, key);
}

std::vector<std::optional<std::string>> Snapshot::get_all(const Table& table, std::span<const std::string> keys) const {
  rocksdb::ReadOptions options;
  options.snapshot = impl_->snapshot;
  std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  impl_->db->MultiGet(options, table.impl().handle, keys.size(), slices.data(), values.data(), statuses.data());
  std::vector<std::optional<std::string>> out(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    check(statuses[i], impl_->db->GetName(), "reading rows");
    out[i] = std::string{view_of(values[i])};
  }
  return out;
}

Rows Snapshot::rows(const Table& table, Scan scan) const {
  rocksdb::ReadOptions options;
  options.snapshot = impl_->snapshot;
  options.total_order_seek = scan == Scan::whole;
  options.prefix_same_as_start = scan == Scan::prefix;
  auto impl = std::make_unique<Rows::Impl>();
  impl->at.reset(impl_->db->NewIterator(options, table.impl().handle));
  return Rows{std::move(impl)};
}

struct Database::Impl {
  Options options;
  std::string dropped_because;
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::DB> db;
  TablePtr fixed;  // The default column family.
  mutable std::mutex mutex;
  std::vector<TablePtr> live;       // Guarded by mutex.
  std::uint64_t last_building = 0;  // Guarded by mutex.
  std::atomic<std::uint64_t> incoming_files = 0;
  std::mutex ingest_mutex;

  fs::path incoming() const { return options.folder / "incoming"; }

  void open();
  bool try_open();
  void adopt(const std::vector<TablePtr>& found);
  TablePtr create_table(std::size_t view);
  void set_live(std::size_t view, const Table& table);
  void flush_if(std::uint64_t more_bytes_than);
  void wait_for_snapshots();
};

void Database::Impl::open() {
  fs::create_directories(options.folder);
  cache = rocksdb::NewLRUCache(options.cache_bytes);
  if (!try_open()) {
    check(rocksdb::DestroyDB(options.folder.string(), rocksdb::Options{}), options.folder, "dropping damaged or outdated views");
    if (!try_open()) throw Failed(fmt::format("views at {}: cannot be created: delete the folder", options.folder.string()));
  }
  fs::remove_all(incoming());
  fs::create_directories(incoming());
}

// A file that is not there is as much damage as one that is not what it was.
static bool is_damage(const rocksdb::Status& status) {
  return status.IsCorruption() || status.IsInvalidArgument() || status.IsPathNotFound();
}

// False: what is there has to be dropped first.
bool Database::Impl::try_open() {
  std::vector<std::string> names;
  const auto listed = rocksdb::DB::ListColumnFamilies(database_options(), options.folder.string(), &names);
  const bool is_new = !fs::exists(options.folder / "CURRENT");
  if (!listed.ok() && !is_new) {
    if (!is_damage(listed)) check(listed, options.folder, "opening");
    dropped_because = listed.ToString();
    return false;
  }
  if (is_new) names = {rocksdb::kDefaultColumnFamilyName};

  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  for (const auto& name : names) {
    columns.emplace_back(name, name == rocksdb::kDefaultColumnFamilyName ? rocksdb::ColumnFamilyOptions{} : table_options(cache));
  }
  std::vector<ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  rocksdb::DBOptions database = database_options();
  database.max_file_opening_threads = opening_threads(options.folder);
  const auto opened = rocksdb::DB::Open(database, options.folder.string(), columns, &handles, &raw);
  if (is_damage(opened)) {
    dropped_because = opened.ToString();
    return false;
  }
  check(opened, options.folder, "opening, perhaps while another process has it open");
  db.reset(raw);
  std::vector<TablePtr> found;
  for (auto* handle : handles) found.push_back(std::make_shared<Table>(std::make_unique<Table::Impl>(db, handle)));
  fixed = found.front();
  if (!is_new) {
    const auto layout = get_value(*db, {}, fixed->impl().handle, layout_key);
    if (layout != options.layout) {
      dropped_because = fmt::format("layout {}: this program writes {}", layout.value_or("unknown"), options.layout);
      found.clear();
      fixed.reset();
      db.reset();
      return false;
    }
  }
  adopt({found.begin() + 1, found.end()});
  check(db->Put(rocksdb::WriteOptions{}, fixed->impl().handle, slice(layout_key), options.layout), options.folder, "writing the layout");
  return true;
}

// Finds the live table of each view, makes what is missing, and drops what a rebuild left behind.
void Database::Impl::adopt(const std::vector<TablePtr>& found) {
  for (const auto& table : found) last_building = std::max(last_building, building_of(table->name()));
  live.assign(options.views.size(), nullptr);
  for (std::size_t view = 0; view < options.views.size(); ++view) {
    const auto name = get_value(*db, {}, fixed->impl().handle, live_key(options.views[view]));
    for (const auto& table : found) {
      if (name == table->name()) live[view] = table;
    }
    if (live[view]) continue;
    live[view] = create_table(view);
    set_live(view, *live[view]);
  }
  for (const auto& table : found) {
    if (std::find(live.begin(), live.end(), table) != live.end()) continue;
    check(db->DropColumnFamily(table->impl().handle), options.folder, "dropping a table of an unfinished rebuild");
  }
}

TablePtr Database::Impl::create_table(std::size_t view) {
  const std::string name = fmt::format("{}-{}", options.views[view], ++last_building);
  ColumnFamilyHandle* handle = nullptr;
  check(db->CreateColumnFamily(table_options(cache), name, &handle), options.folder, "creating a table");
  return std::make_shared<Table>(std::make_unique<Table::Impl>(db, handle));
}

void Database::Impl::set_live(std::size_t view, const Table& table) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  check(db->Put(synced, fixed->impl().handle, live_key(options.views[view]), table.name()), options.folder, "swapping a table in");
}

Database::Database(Options options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  impl_->open();
}

// A long write-ahead log would make the next opening slow; a short one is read faster than three files are written and synced.
Database::~Database() {
  try {
    impl_->flush_if(memtable_bytes_kept_max);
  } catch (const Failed&) {
    // The write-ahead log has it, or the next projector fetches it again.
  }
}

const std::string& Database::dropped_because() const { return impl_->dropped_because; }

TablePtr Database::live(std::size_t view) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->live.at(view);
}

TablePtr Database::create_beside(std::size_t view) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->create_table(view);
}

void Database::swap_in(std::size_t view, TablePtr table) {
  const std::lock_guard lock(impl_->mutex);
  // What the table holds must not come later to the disk than the word that it is the live one.
  check(impl_->db->FlushWAL(true), impl_->options.folder, "syncing");
  impl_->set_live(view, *table);
  std::swap(impl_->live.at(view), table);
  // What cannot be dropped now is dropped at the next opening, as what an unfinished rebuild leaves is: the new table is the live one.
  impl_->db->DropColumnFamily(table->impl().handle).PermitUncheckedError();
}

void Database::drop(const Table& table) {
  check(impl_->db->DropColumnFamily(table.impl().handle), impl_->options.folder, "dropping a table");
}

Snapshot Database::snapshot() const { return Snapshot{std::make_unique<Snapshot::Impl>(impl_->db)}; }

std::optional<std::string> Database::get(const Table& table, std::string_view key) const {
  return get_value(*impl_->db, {}, table.impl().handle, key);
}

void Database::write(std::span<const Put> puts) {
  rocksdb::WriteBatch batch;
  for (const auto& put : puts) {
    auto* handle = put.table->impl().handle;
    put.rows->each_sorted([&](std::string_view key, std::optional<std::string_view> value) {
      check(value ? batch.Put(handle, slice(key), slice(*value)) : batch.Delete(handle, slice(key)), impl_->options.folder,
            "gathering rows");
    });
  }
  check(impl_->db->Write(rocksdb::WriteOptions{}, &batch), impl_->options.folder, "writing rows");
}

// Every batch writes the row of the position, so the ingested file always overlaps what the table has in memory, and RocksDB flushes that
// first: the file never becomes durable before the rows of an earlier batch.
void Database::ingest(Table& table, RowBuffer& rows) {
  const std::string path = (impl_->incoming() / fmt::format("{}.sst", impl_->incoming_files++)).string();
  rocksdb::ColumnFamilyOptions columns = table_options(impl_->cache);
  columns.bottommost_compression = rocksdb::kDisableCompressionOption;  // It is compacted soon: the fast one will do.
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions{}, rocksdb::Options(database_options(), columns), table.impl().handle, false);
  check(writer.Open(path), impl_->options.folder, "creating a file of rows");
  rows.each_sorted([&](std::string_view key, std::optional<std::string_view> value) {
    check(value ? writer.Put(slice(key), slice(*value)) : writer.Delete(slice(key)), impl_->options.folder, "writing a file of rows");
  });
  rows.clear();
  check(writer.Finish(), impl_->options.folder, "writing a file of rows");
  rocksdb::IngestExternalFileOptions ingest;
  ingest.move_files = true;
  ingest.write_global_seqno = false;
  // One at a time: in RocksDB 7.8 an assertion fails now and then when two tables take files in at once.
  const std::lock_guard lock(impl_->ingest_mutex);
  check(impl_->db->IngestExternalFile(table.impl().handle, {path}, ingest), impl_->options.folder, "taking a file of rows in");
}

void Database::Impl::flush_if(std::uint64_t more_bytes_than) {
  if (!db) return;  // It could not be opened.
  std::vector<TablePtr> tables;
  {
    const std::lock_guard lock(mutex);
    tables = live;
  }
  for (const auto& table : tables) {
    std::uint64_t bytes = 0;
    db->GetIntProperty(table->impl().handle, "rocksdb.cur-size-active-mem-table", &bytes);
    if (bytes > more_bytes_than) check(db->Flush(rocksdb::FlushOptions{}, table->impl().handle), options.folder, "flushing");
  }
}

void Database::flush() { impl_->flush_if(0); }

// Rows that a snapshot still sees are not left out of what is rewritten.
void Database::Impl::wait_for_snapshots() {
  constexpr std::chrono::seconds patience{60};
  const auto until = std::chrono::steady_clock::now() + patience;
  const std::uint64_t now = db->GetLatestSequenceNumber();
  for (std::uint64_t oldest = 0;; std::this_thread::sleep_for(std::chrono::milliseconds{10})) {
    MUNIMENT_ASSERT(db->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest));
    if (oldest == 0 || oldest >= now) return;
    if (std::chrono::steady_clock::now() > until)
      throw Failed(fmt::format("views at {}: a question has been under way for a minute: try again", options.folder.string()));
  }
}

void Database::scrub() {
  impl_->wait_for_snapshots();
  std::vector<TablePtr> tables;
  {
    const std::lock_guard lock(impl_->mutex);
    tables = impl_->live;
  }
  std::vector<ColumnFamilyHandle*> handles{impl_->fixed->impl().handle};
  for (const auto& table : tables) handles.push_back(table->impl().handle);
  const auto& folder = impl_->options.folder;
  check(impl_->db->Flush(rocksdb::FlushOptions{}, handles), folder, "flushing");
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (const auto& table : tables)
    check(impl_->db->CompactRange(all, table->impl().handle, nullptr, nullptr), folder, "rewriting its files");
  // A new manifest begins with what was there before the change that it is written for: one more is without the bounds of the files that
  // are gone.
  check(impl_->db->Put(rocksdb::WriteOptions{}, handles.front(), slice(layout_key), impl_->options.layout), folder, "writing the layout");
  check(impl_->db->Flush(rocksdb::FlushOptions{}, handles.front()), folder, "flushing");
}

void Database::settle(const Table& table) {
  const auto busy = [&](const char* property) {
    std::uint64_t count = 0;
    MUNIMENT_ASSERT(impl_->db->GetIntProperty(table.impl().handle, property, &count));
    return count != 0;
  };
  while (busy("rocksdb.compaction-pending") || busy("rocksdb.num-running-compactions") || busy("rocksdb.num-running-flushes")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::uint64_t Database::disk_bytes(const Table& table) const {
  std::uint64_t bytes = 0;
  MUNIMENT_ASSERT(impl_->db->GetIntProperty(table.impl().handle, "rocksdb.live-sst-files-size", &bytes));
  return bytes;
}

}  // namespace muniment::view
