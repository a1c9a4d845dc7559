// The vault's entries in a database of their own, on PostgreSQL's wire: what several nodes share without sharing a disk, and what
// replicates. docs/formats.md, "The vault on PostgreSQL", has its tables; docs/OPERATIONS.md says how to run it.
//
// - A write goes into memory (overlay.h), where this process's reads see it at once. sync() sends all that is new there in one transaction.
// - Whoever opened it last is the one that writes: it has taken the row's token, which every transaction that writes compares under the
//   row's lock. So a former owner that was paused cannot write; it fails as after a failed write. Who opens only to read takes nothing from
//   anybody, and sees what the owner committed, erasures too.
// - A COMMIT of which no answer came, or that did not wait for its standbys, is sent again: a group says which key has which value, and
//   nobody else writes under this token. Where that does not succeed in time, every later call throws.
// - A server that has seen fewer groups than were acknowledged, to this process or as it was told to those before, is not used: it lacks
//   keys. Each read is compared: a primary that is one no more goes on answering, from what it had.
// - It is never in the database of a log: who has a backup of both has the sealed and its keys in one place, and nothing could be erased.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "events/postgres/postgres_pool.h"
#include "events/vault/store.h"

namespace muniment {

// For tests of failures alone.
struct PostgresVaultHooks {
  // Before a group is sent ("lock"), before its COMMIT ("commit") and once it is known to be done ("done"); before the row of one that is
  // given up is removed ("remove").
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
  bool checks_token = true;  // Compares its token with the row's.
  bool checks_seen = true;   // Compares what it connects to with what was acknowledged.
};

struct PostgresVaultOptions {
  PostgresUrl url;
  std::string holder = "muniment";  // Who this node is, for whoever looks at the row.
  bool reads_only = false;
  bool keeps_nothing = false;      // As reads_only, and what is written stays in memory. For rehearsals.
  std::uint64_t acknowledged = 0;  // So many groups have been, as the row counts them: a server with less is not used.
  // Told how many have been, each time that more have. One thread at a time.
  std::function<void(std::uint64_t)> on_acknowledged = {};
  std::chrono::milliseconds deadline{3'000};     // Of each exchange with a server.
  std::chrono::milliseconds retry_for{60'000};   // So long a call goes on trying.
  std::chrono::milliseconds rewrite{3'600'000};  // What scrub() may take; nobody reads meanwhile.
  const PostgresVaultHooks* hooks = nullptr;     // Borrowed for the store's life.
};

class PostgresVaultStore final : public VaultStore {
 public:
  // Begins a vault in a database that has none, or a copy that was cut off, which goes. Nobody opens it before finish().
  static std::unique_ptr<PostgresVaultStore> begin(const PostgresVaultOptions& options);
  void finish();
  // Whether the database has a whole one.
  static bool is_there(const PostgresVaultOptions& options);

  // Takes the token, unless it only reads. Throws VaultError when there is no vault, or a log in the same database.
  explicit PostgresVaultStore(const PostgresVaultOptions& options);
  ~PostgresVaultStore() override;

  void write(const StoreWrites& writes) override;
  void sync() override;
  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, const Visitor& visit) const override;
  void visit_all(std::string_view prefix, const Visitor& visit) override;
  // Has the server rewrite the table. What its write-ahead log, its replicas' and its backups have is beyond this: rotation.h.
  void scrub() override;
  void back_up(const std::filesystem::path& folder) override;
  void close() override;
  void require_usable() const override;
  const std::string& where() const override { return where_; }

  // There is no vault there any more: nobody opens it, and what it held is removed. Cut off, begin() and this once more complete it.
  // Nothing but close() may be called afterwards.
  void give_up();

 private:
  enum class Opening { whole, unfinished };
  PostgresVaultStore(const PostgresVaultOptions& options, Opening opening);

  const PostgresVaultHooks& hooks() const;
  void check(PostgresConnection& connection) const;
  void take_token();
  // Under sync_mutex_. Does something in a transaction that holds the lock under this store's token; again until it is durable.
  void write_under_token(const std::function<bool(class PostgresVaultTables&)>& act);
  void try_to_write(const std::function<bool(class PostgresVaultTables&)>& act);
  template <typename Do>
  auto ask(Do act) const;
  std::uint64_t required_writes() const;
  void acknowledge(std::uint64_t writes);
  [[noreturn]] void fail_for_ever(const std::string& why);
  void sync_under_lock();
  void clear();
  void remove_row(PostgresConnection& connection) const;

  const PostgresVaultOptions options_;
  const std::string where_;
  std::atomic<Opening> opening_;
  std::atomic<std::uint64_t> acknowledged_;  // Groups, as the row counts them.
  mutable PostgresPool pool_;
  std::uint64_t token_ = 0;

  std::mutex sync_mutex_;  // One writes at a time. Taken before mutex_.
  std::unique_ptr<PostgresConnection> writer_;

  mutable std::mutex mutex_;  // Guards what follows; never held while a server is waited for.
  std::shared_ptr<Overlay> overlay_ = std::make_shared<Overlay>();
  std::shared_ptr<const Overlay> syncing_;  // Null when nothing is being sent.
  std::string failure_;

  std::atomic<bool> failed_ = false;
  std::atomic<bool> closed_ = false;
};

// Copies every entry, in order, into a store that has none of others. Returns how many.
std::uint64_t copy_vault_entries(VaultStore& from, VaultStore& to);

}  // namespace muniment
