// The log's RocksDB: opened with the log's options and column families, its statuses turned into exceptions. Includes RocksDB: for the
// sources of this adapter alone.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/log/rocks_log.h"

namespace muniment {

enum class Family : std::size_t { meta, events, tiles, streams, commands };
inline constexpr std::size_t family_count = 5;
std::string_view name_of(Family family);

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// Opening for reading changes no byte of the folder and takes no lock.
enum class OpenFor { creating, reading, writing };

class RocksStore {
 public:
  // Throws LogDamaged when RocksDB finds damage, LogFailed for any other refusal of its.
  RocksStore(const RocksLogOptions& options, OpenFor purpose);
  ~RocksStore();
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  Partition partition() const { return partition_; }
  const std::string& folder() const { return folder_; }
  // The records up to here are in the archive (archived_records.h), and not in the family events; a multiple of 256. 0: none.
  Position archived() const { return archived_.load(std::memory_order_acquire); }
  // Empty: nobody said where it is.
  std::filesystem::path archive_folder() const;
  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const { return handles_[static_cast<std::size_t>(family)]; }

  // Nothing when the key is absent. Throws LogDamaged or LogFailed.
  std::optional<std::string> get(Family family, std::string_view key) const;
  // Many at once, which costs much less than one by one: gives the value of each key, by its number, or nothing. Throws as get().
  using Give = std::function<void(std::size_t number, std::optional<std::string_view> value)>;
  void get_many(Family family, std::span<const std::string> keys, const Give& give) const;
  // Synced. Throws LogFailed.
  void write(rocksdb::WriteBatch& batch);
  void flush();

  // The records up to `last` are in that archive from now on: takes them out of the family events in one synced write, and gives the room
  // back to the disk. Precondition: the archive has them. Throws LogFailed.
  void move_to_archive(const std::filesystem::path& folder, Position last);

  // Throws when the status is not ok: LogDamaged for damage, LogFailed else. `doing`: what was tried, as in "cannot ...".
  void check(const rocksdb::Status& status, std::string_view doing) const;
  // "<folder>, partition 0, position 17: ": how a message about damage begins.
  std::string place(Position position) const;

 private:
  void open(const RocksLogOptions& options, OpenFor purpose);
  void release();
  void drop_empty_wal_files();
  Position read_archived() const;
  void free_below(const std::string& end_key);
  Position first_chunk_beyond(Position last) const;

  std::string folder_;
  Partition partition_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, family_count> handles_{};
  std::atomic<Position> archived_ = 0;
  mutable std::mutex archive_mutex_;
  std::filesystem::path archive_folder_;
  rocksdb::ColumnFamilyHandle* unused_ = nullptr;  // RocksDB insists on a family "default".
};

}  // namespace muniment
