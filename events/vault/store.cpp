#include "events/vault/store.h"

#include <fmt/core.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "events/vault/format.h"
#include "events/vault/vault_error.h"

namespace muniment {
namespace {

rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

[[noreturn]] void fail(const std::string& where, std::string_view doing, const rocksdb::Status& status) {
  std::string_view advice = "check the disk, its free space and the folder's permissions, then start again";
  if (status.IsCorruption()) {
    advice = "a file of it is damaged: keep a copy of the folder as it is, and restore the folder from its backup";
  } else if (status.ToString().find("lock") != std::string::npos) {
    advice = "another process holds it: stop that one first";
  }
  throw VaultError(fmt::format("vault {}: cannot {}: {}; {}", where, doing, status.ToString(), advice));
}

rocksdb::Options options_for(VaultStore::TailPolicy policy) {
  rocksdb::Options options;
  options.compression = rocksdb::kLZ4Compression;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 2;
  // The log in memory goes to the file when it is synced: a staged batch costs no system call.
  options.manual_wal_flush = true;
  // The default mode drops synced writes behind a flipped bit without a word, and a lost key looks like an erased person.
  options.wal_recovery_mode = policy == VaultStore::TailPolicy::accept_damage ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                                                              : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Asking for a tag that nobody has is the common question; the filters answer it without reading a block.
  options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(vault_format::Key::tag_prefix_size));
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;

  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.block_size = 16 * 1024;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

struct StoreWrites::Batch {
  rocksdb::WriteBatch writes;
};

StoreWrites::StoreWrites() : batch_(std::make_unique<Batch>()) {}
StoreWrites::StoreWrites(StoreWrites&&) noexcept = default;
StoreWrites::~StoreWrites() = default;
void StoreWrites::put(std::string_view key, std::string_view value) { batch_->writes.Put(slice_of(key), slice_of(value)); }
void StoreWrites::remove(std::string_view key) { batch_->writes.Delete(slice_of(key)); }
void StoreWrites::clear() { batch_->writes.Clear(); }
bool StoreWrites::empty() const { return batch_->writes.Count() == 0; }

struct VaultStore::Database {
  std::unique_ptr<rocksdb::DB> db;
};

void VaultStore::create(const std::filesystem::path& directory, const StoreWrites& first) {
  rocksdb::Options options = options_for(TailPolicy::refuse_damage);
  options.create_if_missing = true;
  options.error_if_exists = true;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory.string(), &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  if (status.ok()) status = db->Write({}, &first.batch_->writes);
  if (status.ok()) status = db->FlushWAL(true);
  if (status.ok()) status = db->Flush({});
  if (status.ok()) status = db->Close();
  if (!status.ok()) fail(directory.string(), "create it", status);
}

VaultStore::VaultStore(const std::filesystem::path& directory, TailPolicy policy)
    : where_(directory.string()), database_(std::make_unique<Database>()) {
  if (!std::filesystem::exists(directory / "CURRENT")) {
    throw VaultError(fmt::format("vault {}: there is no vault in this folder; name the right one, or restore it from its backup", where_));
  }
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options_for(policy), where_, &opened);
  database_->db.reset(opened);
  if (!status.ok()) fail(where_, "open it", status);
}

VaultStore::~VaultStore() = default;

void VaultStore::require_usable() const {
  if (failed_) throw VaultError(fmt::format("vault {}: refuses everything after a write that failed; start again", where_));
  if (closed_) throw VaultError(fmt::format("vault {}: is closed", where_));
}

void VaultStore::write(const StoreWrites& writes) {
  require_usable();
  const rocksdb::Status status = database_->db->Write({}, &writes.batch_->writes);
  if (status.ok()) return;
  failed_ = true;
  fail(where_, "write", status);
}

void VaultStore::sync() {
  require_usable();
  const rocksdb::Status status = database_->db->FlushWAL(true);
  if (status.ok()) return;
  failed_ = true;
  fail(where_, "sync", status);
}

std::optional<std::string> VaultStore::get(std::string_view key) const {
  require_usable();
  std::string value;
  const rocksdb::Status status = database_->db->Get({}, slice_of(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) fail(where_, "read it", status);
  return value;
}

void VaultStore::scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const {
  require_usable();
  rocksdb::ReadOptions options;
  // The filters are built on prefixes of one size; a shorter one must not be looked up in them.
  options.prefix_same_as_start = prefix.size() == vault_format::Key::tag_prefix_size;
  options.total_order_seek = !options.prefix_same_as_start;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options));
  for (at->Seek(slice_of(prefix)); at->Valid() && at->key().starts_with(slice_of(prefix)); at->Next()) {
    visit(text_of(at->key()), text_of(at->value()));
  }
  if (!at->status().ok()) fail(where_, "read it", at->status());
}

void VaultStore::scrub() {
  sync();
  rocksdb::Status status = database_->db->Flush({});
  if (status.ok()) {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    status = database_->db->CompactRange(options, nullptr, nullptr);
  }
  if (status.ok()) return;
  failed_ = true;
  fail(where_, "rewrite its files", status);
}

void VaultStore::close() {
  if (closed_) return;
  rocksdb::Status status;
  if (!failed_) {
    status = database_->db->FlushWAL(true);
    if (status.ok()) status = database_->db->Flush({});
  }
  closed_ = true;
  const rocksdb::Status closing = database_->db->Close();
  database_->db.reset();
  if (status.ok()) status = closing;
  if (!status.ok()) fail(where_, "close it", status);
}

}  // namespace muniment
