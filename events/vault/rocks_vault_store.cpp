#include "events/vault/rocks_vault_store.h"

#include <fmt/core.h>
#include <pthread.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "events/rocks/no_log.h"
#include "events/rocks/no_options_file.h"
#include "events/rocks/opening_threads.h"
#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/vault/format.h"
#include "events/vault/own_files.h"
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

rocksdb::Options options_for(const std::filesystem::path& folder, bool accept_damaged_tail) {
  rocksdb::Options options;
  options.max_file_opening_threads = opening_threads(folder);
  options.compression = rocksdb::kNoCompression;  // Ids, keys, tags and seals are random.
  options.info_log = no_log();
  options.env = disk_without_options_files();
  // The default mode drops synced writes behind a flipped bit without a word, and a lost key looks like an erased person.
  options.wal_recovery_mode =
      accept_damaged_tail ? rocksdb::WALRecoveryMode::kPointInTimeRecovery : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Asking for a tag that nobody has is the common question; the filters answer it without reading a block.
  options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
  // A settled file is much in one piece: a few of them are merged at a time, since keys are random and a merge rewrites all.
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.level0_file_num_compaction_trigger = 8;
  options.max_manifest_file_size = 1;    // It is written anew whenever it changes, so that it names nothing that is gone.
  options.write_buffer_size = 32 << 20;  // Of the journal, which is all that is written key by key.

  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.block_size = 4096;  // Entries are small, and are read one by one in no order.
  table.block_cache = rocksdb::NewLRUCache(32 << 20);
  // Over prefixes alone: what is asked for by its whole key is its prefix or, of a credential, the only one that has it.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(16));
  table.whole_key_filtering = false;
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

}  // namespace

struct RocksVaultStore::Database {
  std::unique_ptr<rocksdb::DB> db;

  // Asking by prefix takes an iterator, and making one costs several times what asking does. It is used again as long as the tables say the
  // same, that is until something was settled; it also keeps alive the files that it saw.
  std::mutex iterator_mutex;
  std::unique_ptr<rocksdb::Iterator> iterator;

  void drop_iterator() {
    const std::lock_guard lock(iterator_mutex);
    iterator.reset();
  }
};

void RocksVaultStore::create(const std::filesystem::path& directory, const StoreWrites& first) {
  rocksdb::Options options = options_for(directory, false);
  options.create_if_missing = true;
  options.error_if_exists = true;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory.string(), &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  Overlay overlay;
  const bool well_formed = overlay.add(first.bytes());
  MUNIMENT_ASSERT(well_formed);
  rocksdb::WriteBatch batch;
  overlay.visit_sorted([&batch](std::string_view key, const Overlay::Written& written) { batch.Put(slice_of(key), slice_of(*written)); });
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (status.ok()) status = db->Write(synced, &batch);
  if (status.ok()) status = db->Flush({});
  if (status.ok()) status = db->Close();
  if (!status.ok()) fail(directory.string(), "create it", status);
}

RocksVaultStore::RocksVaultStore(const std::filesystem::path& directory, const RocksVaultOptions& options)
    : where_(directory.string()), options_(options), database_(std::make_unique<Database>()) {
  if (!std::filesystem::exists(directory / "CURRENT")) {
    throw VaultError(fmt::format("vault {}: there is no vault in this folder; name the right one, or restore it from its backup", where_));
  }
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options_for(directory, options.accept_damaged_tail), where_, &opened);
  database_->db.reset(opened);
  if (status.ok()) status = drop_empty_wal_files(*opened);
  // A file that is not there is as much damage as one that is not what it was.
  if (status.IsPathNotFound()) status = rocksdb::Status::Corruption(status.ToString());
  if (!status.ok()) fail(where_, "open it", status);
  std::filesystem::remove(run_file());
  read_journal();
  settler_ = std::thread([this] { run_settler(); });
}

RocksVaultStore::~RocksVaultStore() { stop_settler(); }

void RocksVaultStore::read_journal() {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  bool first = true;
  const rocksdb::Slice letter(&vault_format::journal_letter, 1);
  for (at->Seek(letter); at->Valid() && at->key().starts_with(letter); at->Next()) {
    if (first && at->key().size() == 9) settled_to_ = journal_next_ = get_u64be(at->key().data() + 1);
    first = false;
    if (text_of(at->key()) != vault_format::Key::journal(journal_next_).text() || !overlay_->add(text_of(at->value()))) {
      throw VaultDamaged(fmt::format("vault {}: entry {} of its journal is missing or damaged; {}", where_, journal_next_, restore_advice));
    }
    ++journal_next_;
  }
  if (!at->status().ok()) fail(where_, "read its journal", at->status());
}

void RocksVaultStore::require_usable() const {
  if (failed_) {
    const std::lock_guard lock(mutex_);
    throw VaultError(fmt::format("{} (refusing everything since)", failure_));
  }
  if (closed_) throw VaultError(fmt::format("vault {}: is closed", where_));
}

void RocksVaultStore::fail_for_ever(const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (!failed_) failure_ = message;
    failed_ = true;
  }
  changed_.notify_all();
}

void RocksVaultStore::write(const StoreWrites& writes) {
  require_usable();
  const std::lock_guard lock(mutex_);
  const bool well_formed = overlay_->add(writes.bytes());
  MUNIMENT_ASSERT(well_formed);
  if (!options_.keeps_nothing) pending_ += writes.bytes();
}

void RocksVaultStore::sync() {
  require_usable();
  const std::lock_guard lock(journal_mutex_);
  append_to_journal(false);
}

void RocksVaultStore::append_to_journal(bool settle_now) {
  if (options_.keeps_nothing) return;
  journal_entry_.clear();
  bool begin_settling = false;
  {
    std::unique_lock lock(mutex_);
    // Written faster than it settles: wait, rather than fill the memory.
    changed_.wait(lock, [this] { return !settling_ || failed_ || overlay_->bytes() < 4 * options_.settle_bytes; });
    if (failed_) throw VaultError(fmt::format("{} (refusing everything since)", failure_));
    journal_entry_.swap(pending_);
    begin_settling = !settling_ && !overlay_->empty() && (settle_now || overlay_->bytes() >= options_.settle_bytes);
    if (begin_settling) {
      // Here and nowhere else, because here the overlay is what the journal will hold once this entry is in it.
      settling_ = std::exchange(overlay_, std::make_shared<Overlay>());
      settle_to_ = journal_next_ + (journal_entry_.empty() ? 0 : 1);
    }
  }
  if (!journal_entry_.empty()) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status status = database_->db->Put(synced, slice_of(vault_format::Key::journal(journal_next_).text()), journal_entry_);
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

void RocksVaultStore::run_settler() {
  ::pthread_setname_np(::pthread_self(), "vault-settler");  // For top and perf: whether it is taken does not matter.
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

std::filesystem::path RocksVaultStore::run_file() const { return std::filesystem::path(where_) / "settled.run"; }

// Taking a file in makes it durable, and links it into the database before this name of it is removed. A crash in between leaves two names
// of one file, so a leftover is removed and never written over.
void RocksVaultStore::settle(const Overlay& overlay, std::uint64_t from, std::uint64_t to) {
  const std::filesystem::path file = run_file();
  std::filesystem::remove(file);
  rocksdb::SstFileWriter writer({}, database_->db->GetOptions());
  rocksdb::Status status = writer.Open(file);
  overlay.visit_sorted([&](std::string_view key, const Overlay::Written& written) {
    if (status.ok()) status = written ? writer.Put(slice_of(key), slice_of(*written)) : writer.Delete(slice_of(key));
  });
  if (status.ok()) status = writer.Finish();
  rocksdb::IngestExternalFileOptions taken;
  taken.move_files = true;
  taken.write_global_seqno = false;  // What is finished is not written to again.
  if (status.ok()) status = database_->db->IngestExternalFile({file}, taken);
  if (!status.ok()) fail(where_, "write its tables", status);
  database_->drop_iterator();

  // Not synced: what a crash leaves of the journal is settled again.
  rocksdb::WriteBatch settled;
  for (std::uint64_t number = from; number < to; ++number) settled.Delete(slice_of(vault_format::Key::journal(number).text()));
  status = database_->db->Write({}, &settled);
  if (!status.ok()) fail(where_, "shorten its journal", status);
}

void RocksVaultStore::settle_all() {
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

std::optional<std::string> RocksVaultStore::get(std::string_view key) const {
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

void RocksVaultStore::scan(std::string_view prefix, const Visitor& visit) const {
  require_usable();
  struct Found {
    std::string key;
    std::optional<std::string> value;
  };
  std::vector<Found> found;  // The newest of a key first.
  const auto note = [&found](std::string_view key, const Overlay::Written& written) {
    found.push_back({std::string(key), written ? std::optional<std::string>(*written) : std::nullopt});
  };
  {
    const std::lock_guard lock(mutex_);
    overlay_->scan(prefix, note);
    if (settling_) settling_->scan(prefix, note);
  }
  {
    const std::lock_guard lock(database_->iterator_mutex);
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    std::unique_ptr<rocksdb::Iterator>& at = database_->iterator;
    if (!at) at.reset(database_->db->NewIterator(options));
    for (at->Seek(slice_of(prefix)); at->Valid() && at->key().starts_with(slice_of(prefix)); at->Next()) {
      if (at->key().size() > prefix.size()) note(text_of(at->key()), text_of(at->value()));
    }
    if (!at->status().ok()) fail(where_, "read it", at->status());
  }
  std::ranges::stable_sort(found, {}, &Found::key);
  const auto repeated = std::ranges::unique(found, {}, &Found::key);
  found.erase(repeated.begin(), repeated.end());
  for (const auto& [key, value] : found) {
    if (value) visit(key, *value);
  }
}

void RocksVaultStore::settle_what_is_there() {
  require_usable();
  const std::lock_guard lock(journal_mutex_);
  settle_all();
}

void RocksVaultStore::visit_all(std::string_view prefix, const Visitor& visit) {
  settle_what_is_there();
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  for (at->Seek(slice_of(prefix)); at->Valid() && at->key().starts_with(slice_of(prefix)); at->Next()) {
    visit(text_of(at->key()), text_of(at->value()));
  }
  if (!at->status().ok()) fail(where_, "read it", at->status());
}

void RocksVaultStore::scrub() {
  settle_what_is_there();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  rocksdb::Status status = database_->db->Flush({});
  database_->drop_iterator();  // And with it the files of before.
  if (status.ok()) status = database_->db->CompactRange(options, nullptr, nullptr);
  // The manifest names the bounds of files, those of before too until it is written anew: when something is written once more as it is.
  std::string format;
  if (status.ok()) status = database_->db->Get({}, slice_of(vault_format::format_key), &format);
  if (status.IsNotFound()) {  // Whoever reads it says so.
    status = database_->db->Delete({}, slice_of(vault_format::format_key));
  } else if (status.ok()) {
    status = database_->db->Put({}, slice_of(vault_format::format_key), format);
  }
  if (status.ok()) status = database_->db->Flush({});
  if (!status.ok()) fail(where_, "rewrite its files", status);
}

void RocksVaultStore::back_up(const std::filesystem::path& folder) {
  settle_what_is_there();
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(database_->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string());
  if (!status.ok()) fail(where_, "copy it to " + folder.string(), status);
  try {
    make_files_own(folder);
  } catch (const std::system_error& error) {
    throw VaultError(fmt::format("vault {}: cannot copy it to {}: {}", where_, folder.string(), error.what()));
  }
}

void RocksVaultStore::visit_copy(const std::filesystem::path& directory, const Visitor& visit) {
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options_for(directory, false), directory.string(), &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  if (status.IsPathNotFound()) status = rocksdb::Status::Corruption(status.ToString());  // As above.
  if (!status.ok()) fail(directory.string(), "open it", status);
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator(options));
  for (at->SeekToFirst(); at->Valid(); at->Next()) visit(text_of(at->key()), text_of(at->value()));
  if (!at->status().ok()) fail(directory.string(), "read it", at->status());
}

void RocksVaultStore::stop_settler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (settler_.joinable()) settler_.join();
}

void RocksVaultStore::close() {
  if (closed_) return;
  const std::lock_guard lock(journal_mutex_);
  if (!failed_) settle_all();
  closed_ = true;
  stop_settler();
  database_->drop_iterator();
  rocksdb::Status status = failed_ ? rocksdb::Status::OK() : database_->db->Flush({});
  if (status.ok()) status = database_->db->Close();
  if (!status.ok() && !failed_) fail(where_, "close it", status);
}

}  // namespace muniment
