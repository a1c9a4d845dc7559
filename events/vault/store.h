// The vault's database: the adapter to RocksDB, and the only file that knows it. Bytes in, bytes out; what they mean is vault.cpp's.
//
// A write is visible to reads at once and durable at the next sync(). RocksDB's table in memory is thus the vault's overlay of what is
// staged and not committed.
//
// After a failed write or sync every call throws: the database no longer knows what the disk has. So does every call after close().
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muniment {

// Writes that take effect together.
class StoreWrites {
 public:
  StoreWrites();
  StoreWrites(StoreWrites&&) noexcept;
  ~StoreWrites();

  void put(std::string_view key, std::string_view value);
  void remove(std::string_view key);
  void clear();
  bool empty() const;

 private:
  friend class VaultStore;
  struct Batch;
  std::unique_ptr<Batch> batch_;
};

// Thread-safe but for close().
class VaultStore {
 public:
  enum class TailPolicy {
    refuse_damage,  // Damage in the newest writes throws; a last write that a crash cut short was never acknowledged and is dropped.
    accept_damage,  // Whatever stands behind damage is dropped.
  };

  // Makes a database that holds these writes, durably. Throws VaultError when there is one.
  static void create(const std::filesystem::path& directory, const StoreWrites& first);

  // Throws VaultError when there is none, it is held by another process or damaged.
  VaultStore(const std::filesystem::path& directory, TailPolicy policy);
  ~VaultStore();

  void write(const StoreWrites& writes);
  // Makes durable every write that has returned.
  void sync();

  std::optional<std::string> get(std::string_view key) const;
  // Visits the entries whose key starts so, in bytewise order.
  void scan(std::string_view prefix, const std::function<void(std::string_view key, std::string_view value)>& visit) const;

  // Rewrites all files without what was removed or overwritten.
  void scrub();
  // Syncs, flushes, and closes.
  void close();

  void require_usable() const;
  const std::string& where() const { return where_; }

 private:
  struct Database;

  std::string where_;  // For messages.
  std::unique_ptr<Database> database_;
  std::atomic<bool> failed_ = false;
  bool closed_ = false;
};

}  // namespace muniment
