#include "events/vault/store.h"

#include <fmt/core.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/vault/format.h"
#include "events/vault/vault_error.h"

namespace muniment {
namespace {

rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

constexpr std::string_view restore_advice = "keep a copy of the folder as it is, and restore the folder from its backup";

std::string message_of(const std::string& where, std::string_view doing, const rocksdb::Status& status) {
  std::string_view advice = "check the disk, its free space and the folder's permissions, then start again";
  if (status.IsCorruption()) {
    advice = restore_advice;
  } else if (status.ToString().find("lock ") != std::string::npos) {
    advice = "another process holds it: stop that one first";
  }
  return fmt::format("vault {}: cannot {}: {}; {}", where, doing, status.ToString(), advice);
}

[[noreturn]] void fail(const std::string& where, std::string_view doing, const rocksdb::Status& status) {
  if (status.IsCorruption()) throw VaultDamaged(message_of(where, doing, status));
  throw VaultError(message_of(where, doing, status));
}

rocksdb::Options options_for(bool accept_damaged_tail) {
  rocksdb::Options options;
  options.compression = rocksdb::kLZ4Compression;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 2;
  // The default mode drops synced writes behind a flipped bit without a word, and a lost key looks like an erased person.
  options.wal_recovery_mode =
      accept_damaged_tail ? rocksdb::WALRecoveryMode::kPointInTimeRecovery : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Asking for a tag that nobody has is the common question; the filters answer it without reading a block.
  options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.memtable_whole_key_filtering = true;

  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.block_size = 4096;  // Entries are small, and are read one by one in no order.
  table.block_cache = rocksdb::NewLRUCache(32 << 20);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Every opening begins a write-ahead file, and RocksDB drops those before it only when it flushes something: a vault that is only asked
// would gather them without end. So something is written once more as it is.
rocksdb::Status drop_empty_wal_files(rocksdb::DB& db) {
  constexpr std::ptrdiff_t files_max = 8;
  std::vector<std::string> names;
  rocksdb::Status status = db.GetEnv()->GetChildren(db.GetName(), &names);
  if (!status.ok() || std::ranges::count_if(names, [](const std::string& name) { return name.ends_with(".log"); }) <= files_max)
    return status;
  std::string format;
  status = db.Get({}, slice_of(vault_format::format_key), &format);
  if (status.IsNotFound()) return rocksdb::Status::OK();  // Whoever reads it says so.
  if (status.ok()) status = db.Put({}, slice_of(vault_format::format_key), format);
  if (status.ok()) status = db.Flush({});
  return status;
}

void add_to(rocksdb::WriteBatch& batch, std::string_view key, const Overlay::Written& written) {
  if (written) {
    batch.Put(slice_of(key), slice_of(*written));
  } else {
    batch.Delete(slice_of(key));
  }
}

}  // namespace

struct VaultStore::Database {
  std::unique_ptr<rocksdb::DB> db;
};

void VaultStore::create(const std::filesystem::path& directory, const StoreWrites& first) {
  rocksdb::Options options = options_for(false);
  options.create_if_missing = true;
  options.error_if_exists = true;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory.string(), &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  Overlay overlay;
  const bool well_formed = overlay.add(first.bytes());
  MUNIMENT_ASSERT(well_formed);
  rocksdb::WriteBatch batch;
  for (const auto& [key, written] : overlay.sorted()) add_to(batch, key, written);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (status.ok()) status = db->Write(synced, &batch);
  if (status.ok()) status = db->Flush({});
  if (status.ok()) status = db->Close();
  if (!status.ok()) fail(directory.string(), "create it", status);
}

VaultStore::VaultStore(const std::filesystem::path& directory, const VaultStoreOptions& options)
    : where_(directory.string()), options_(options), database_(std::make_unique<Database>()) {
  if (!std::filesystem::exists(directory / "CURRENT")) {
    throw VaultError(fmt::format("vault {}: there is no vault in this folder; name the right one, or restore it from its backup", where_));
  }
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options_for(options.accept_damaged_tail), where_, &opened);
  database_->db.reset(opened);
  if (status.ok()) status = drop_empty_wal_files(*opened);
  if (!status.ok()) fail(where_, "open it", status);
  read_journal();
  settler_ = std::thread([this] { run_settler(); });
}

VaultStore::~VaultStore() { stop_settler(); }

void VaultStore::read_journal() {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  bool first = true;
  for (at->Seek("j"); at->Valid() && at->key().starts_with("j"); at->Next()) {
    if (first && at->key().size() == 9) settled_to_ = journal_next_ = get_u64be(at->key().data() + 1);
    first = false;
    if (text_of(at->key()) != vault_format::Key::journal(journal_next_).text() || !overlay_->add(text_of(at->value()))) {
      throw VaultDamaged(fmt::format("vault {}: entry {} of its journal is missing or damaged; {}", where_, journal_next_, restore_advice));
    }
    ++journal_next_;
  }
  if (!at->status().ok()) fail(where_, "read its journal", at->status());
}

void VaultStore::require_usable() const {
  if (failed_) {
    const std::lock_guard lock(mutex_);
    throw VaultError(fmt::format("{} (refusing everything since)", failure_));
  }
  if (closed_) throw VaultError(fmt::format("vault {}: is closed", where_));
}

void VaultStore::fail_for_ever(const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (!failed_) failure_ = message;
    failed_ = true;
  }
  changed_.notify_all();
}

void VaultStore::write(const StoreWrites& writes) {
  require_usable();
  const std::lock_guard lock(mutex_);
  const bool well_formed = overlay_->add(writes.bytes());
  MUNIMENT_ASSERT(well_formed);
  if (!options_.keeps_nothing) pending_ += writes.bytes();
}

void VaultStore::sync() {
  require_usable();
  const std::lock_guard lock(journal_mutex_);
  append_to_journal(false);
}

void VaultStore::append_to_journal(bool settle_now) {
  if (options_.keeps_nothing) return;
  std::string entry;
  bool begin_settling = false;
  {
    std::unique_lock lock(mutex_);
    // Written faster than it settles: wait, rather than fill the memory.
    changed_.wait(lock, [this] { return !settling_ || failed_ || overlay_->bytes() < 4 * options_.settle_bytes; });
    if (failed_) throw VaultError(fmt::format("{} (refusing everything since)", failure_));
    entry.swap(pending_);
    begin_settling = !settling_ && !overlay_->empty() && (settle_now || overlay_->bytes() >= options_.settle_bytes);
    if (begin_settling) {
      // Here and nowhere else, because here the overlay is what the journal will hold once this entry is in it.
      settling_ = std::exchange(overlay_, std::make_shared<Overlay>());
      settle_to_ = journal_next_ + (entry.empty() ? 0 : 1);
    }
  }
  if (!entry.empty()) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status status = database_->db->Put(synced, slice_of(vault_format::Key::journal(journal_next_).text()), entry);
    if (!status.ok()) {
      const VaultError error(message_of(where_, "write its journal", status));
      fail_for_ever(error.what());
      throw error;
    }
    ++journal_next_;
  }
  if (!begin_settling) return;
  const std::lock_guard lock(mutex_);
  may_settle_ = true;
  changed_.notify_all();
}

void VaultStore::run_settler() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || may_settle_; });
    if (stopping_) return;
    may_settle_ = false;
    std::shared_ptr<const Overlay> overlay = settling_;
    const std::uint64_t from = settled_to_;
    const std::uint64_t to = settle_to_;
    lock.unlock();
    try {
      settle(*overlay, from, to);
    } catch (const std::exception& error) {
      fail_for_ever(error.what());
      return;
    }
    lock.lock();
    settling_.reset();
    settled_to_ = to;
    changed_.notify_all();
    lock.unlock();
    overlay.reset();  // Takes a while; nobody has to wait for it.
    lock.lock();
  }
}

// Entries go in small steps, so that a journal entry never waits long for its turn. Their own log is not needed: until the last step, which
// drops the journal, a crash loses nothing that the journal does not bring back.
void VaultStore::settle(const Overlay& overlay, std::uint64_t from, std::uint64_t to) {
  constexpr std::size_t entries_a_step = 1000;
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  rocksdb::Status status;
  rocksdb::WriteBatch step;
  const auto entries = overlay.sorted();
  for (std::size_t i = 0; i < entries.size() && status.ok(); ++i) {
    add_to(step, entries[i].first, entries[i].second);
    if ((i + 1) % entries_a_step != 0) continue;
    status = database_->db->Write(unlogged, &step);
    step.Clear();
  }
  for (std::uint64_t number = from; number < to; ++number) step.Delete(slice_of(vault_format::Key::journal(number).text()));
  if (status.ok()) status = database_->db->Write(unlogged, &step);
  if (status.ok()) status = database_->db->Flush({});
  if (!status.ok()) fail(where_, "write its tables", status);
}

void VaultStore::settle_all() {
  const auto wait_for_settler = [this] {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !settling_ || failed_; });
  };
  wait_for_settler();
  require_usable();
  append_to_journal(true);
  wait_for_settler();
  require_usable();
}

std::optional<std::string> VaultStore::get(std::string_view key) const {
  require_usable();
  {
    const std::lock_guard lock(mutex_);
    const Overlay::Written* written = overlay_->find(key);
    if (written == nullptr && settling_) written = settling_->find(key);
    if (written != nullptr) return *written ? std::optional<std::string>(**written) : std::nullopt;
  }
  std::string value;
  const rocksdb::Status status = database_->db->Get({}, slice_of(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) fail(where_, "read it", status);
  return value;
}

void VaultStore::scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const {
  require_usable();
  std::map<std::string, std::optional<std::string>, std::less<>> found;
  const auto note = [&found](std::string_view key, const Overlay::Written& written) {
    found.insert_or_assign(std::string(key), written ? std::optional<std::string>(*written) : std::nullopt);
  };
  {
    const std::lock_guard lock(mutex_);
    if (settling_) settling_->scan(prefix, note);
    overlay_->scan(prefix, note);
  }
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  for (at->Seek(slice_of(prefix)); at->Valid() && at->key().starts_with(slice_of(prefix)); at->Next()) {
    if (at->key().size() > prefix.size()) found.try_emplace(at->key().ToString(), at->value().ToString());
  }
  if (!at->status().ok()) fail(where_, "read it", at->status());
  for (const auto& [key, value] : found) {
    if (value) visit(key, *value);
  }
}

void VaultStore::scrub() {
  require_usable();
  const std::lock_guard lock(journal_mutex_);
  settle_all();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Status status = database_->db->CompactRange(options, nullptr, nullptr);
  if (!status.ok()) fail(where_, "rewrite its files", status);
}

void VaultStore::stop_settler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (settler_.joinable()) settler_.join();
}

void VaultStore::close() {
  if (closed_) return;
  const std::lock_guard lock(journal_mutex_);
  if (!failed_) settle_all();
  closed_ = true;
  stop_settler();
  const rocksdb::Status status = database_->db->Close();
  if (!status.ok() && !failed_) fail(where_, "close it", status);
}

}  // namespace muniment
