// The tables of a vault on PostgreSQL's wire, and every statement that reads or writes them. docs/formats.md, "The vault on PostgreSQL",
// has their columns: do not change them, they are on disk. The SQL keeps to what YugabyteDB and CockroachDB take too.
//
// One row says whose the vault is. It is locked before anything is written, so whoever holds that lock sees all that was committed, and who
// has another token than the row's writes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/postgres/postgres_connection.h"
#include "events/vault/overlay.h"

namespace muniment {

// Each call is one exchange with the server, but for make(). Not thread-safe. Throws what the connection throws.
class PostgresVaultTables {
 public:
  explicit PostgresVaultTables(PostgresConnection& connection) : connection_(connection) {}

  static constexpr std::uint64_t format = 1;
  static constexpr std::uint64_t unfinished = 0;  // In the place of a format: it is being copied there.

  struct Owner {
    std::uint64_t format = 0;
    std::uint64_t token = 0;   // Of who opened it last.
    std::uint64_t writes = 0;  // So many groups were committed.
  };

  // Whether a log is kept in the same database, in whatever schema.
  bool is_beside_log();
  // Makes the tables where they are not there yet, and the row of an unfinished vault.
  void make();
  // Nothing: there is no such vault, also not its table.
  std::optional<Owner> owner();

  // Begins a transaction and locks the row; nothing where it is gone.
  std::optional<Owner> lock();
  void roll_back();
  // The rest in the transaction that lock() began, which they commit. False: what became of it is not known.
  [[nodiscard]] bool take(std::string_view holder, std::uint64_t token);
  [[nodiscard]] bool finish();
  // Nobody opens it from then on, and whoever begins one there clears it first.
  [[nodiscard]] bool unfinish();
  // Nor is there an unfinished one.
  [[nodiscard]] bool remove();
  [[nodiscard]] bool commit(const Overlay& writes);
  // Removes the first entries behind `after`, as many as an exchange has time for, and returns the last of them; nothing: there were no
  // more. Commits nothing.
  std::optional<std::string> remove_some(std::string_view after);

  // So that the table's file holds no entry that was removed. False: this engine has no such thing.
  bool rewrite();

  // What is read is of a server that has seen at least so many groups: PostgresBehind is thrown where it has not. A primary that is one no
  // more goes on answering, from what it had.
  std::optional<std::string> get(std::string_view key, std::uint64_t writes);
  // At most so many entries whose keys start with the prefix, in bytewise order: those behind `after`, or from the first on.
  std::vector<std::pair<std::string, std::string>> entries(std::string_view prefix, std::optional<std::string_view> after,
                                                           std::uint64_t count, std::uint64_t writes);
  // The same check of an owner that was read.
  void require_writes(const Owner& owner, std::uint64_t writes) const;
  // All entries() until end_view() are of one moment.
  void begin_view();
  void end_view();

 private:
  bool commit_after(std::vector<PostgresStatement> statements);
  PostgresRows read(PostgresStatement statement, std::uint64_t writes);

  PostgresConnection& connection_;
};

}  // namespace muniment
