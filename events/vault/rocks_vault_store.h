// The vault's entries in a folder: the adapter to RocksDB, and the only file that knows it.
//
// A write goes into memory (overlay.h), where reads see it at once. sync() appends all that is new there to a journal, as one synced entry.
// Now and then a thread of the store's own settles the overlay: sorts it into a file, which RocksDB takes in whole as one of its tables,
// and drops it from the journal. Writing each entry where it belongs at once would cost many times as much: keys are random, and RocksDB
// inserts a random key in about 5 microseconds.
//
// The one invariant: journal, then tables, then overlay dropped, each durable before the next. So a reader that asks overlay first and
// tables then misses nothing, and a crash in between leaves a journal that says once more what the tables hold already.
//
// After a failed write every call throws: memory may be ahead of the disk. So does every call after close().
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "events/vault/overlay.h"
#include "events/vault/store.h"

namespace muniment {

struct RocksVaultOptions {
  std::size_t settle_bytes = 16 << 20;  // Settle when so much has been written.
  // Open even if the newest writes are damaged, and drop what stands behind the damage. Otherwise that throws; a last write that a crash
  // cut short was never acknowledged and is dropped either way.
  bool accept_damaged_tail = false;
  bool keeps_nothing = false;  // Writes stay in memory and are gone with it: sync() does nothing.
};

class RocksVaultStore final : public VaultStore {
 public:
  // Makes a database that holds these writes, durably. Throws VaultError when there is one.
  static void create(const std::filesystem::path& directory, const StoreWrites& first);

  // Throws VaultError when there is none, it is held by another process or damaged.
  RocksVaultStore(const std::filesystem::path& directory, const RocksVaultOptions& options);
  ~RocksVaultStore() override;

  void write(const StoreWrites& writes) override;
  void sync() override;
  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, const Visitor& visit) const override;
  void visit_all(std::string_view prefix, const Visitor& visit) override;
  void scrub() override;
  void back_up(const std::filesystem::path& folder) override;
  // The next open then finds no journal.
  void close() override;
  void require_usable() const override;
  const std::string& where() const override { return where_; }

  // Visits every entry of a database that nobody writes to, as of a backup, and changes nothing in it.
  static void visit_copy(const std::filesystem::path& directory, const Visitor& visit);

 private:
  struct Database;

  void read_journal();
  // Both under journal_mutex_.
  void append_to_journal(bool settle_now);
  void settle_all();
  // Takes journal_mutex_. Afterwards everything that was written before stands in the tables.
  void settle_what_is_there();
  // On the settler's thread.
  void run_settler();
  void settle(const Overlay& overlay, std::uint64_t from, std::uint64_t to);
  std::filesystem::path run_file() const;

  void stop_settler();
  void fail_for_ever(const std::string& message);

  const std::string where_;  // For messages.
  const RocksVaultOptions options_;
  std::unique_ptr<Database> database_;

  std::mutex journal_mutex_;        // One appends at a time. Taken before mutex_.
  std::uint64_t journal_next_ = 0;  // The number of the next entry.
  std::string journal_entry_;       // The last one; it takes turns with pending_, so that neither grows anew.

  mutable std::mutex mutex_;  // Guards what follows; never held while the disk is waited for.
  std::condition_variable changed_;
  std::string pending_;  // Written since the last sync.
  std::shared_ptr<Overlay> overlay_ = std::make_shared<Overlay>();
  std::shared_ptr<const Overlay> settling_;  // Null when nothing is being settled.
  std::uint64_t settled_to_ = 0;             // The journal below this is in the tables.
  std::uint64_t settle_to_ = 0;              // settling_ holds the journal from settled_to_ to here.
  bool may_settle_ = false;                  // The journal has all of settling_.
  bool stopping_ = false;
  std::string failure_;

  std::atomic<bool> failed_ = false;
  std::atomic<bool> closed_ = false;
  std::thread settler_;  // Last, so that everything it uses is there when it starts.
};

}  // namespace muniment
