#include "events/vault/postgres_vault_tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace muniment {
namespace {

// docs/formats.md, "The vault on PostgreSQL". Each is made by a statement of its own: not every engine makes tables within a transaction.
constexpr const char* vault_table_statements[] = {
    "CREATE TABLE IF NOT EXISTS muniment_vault_entries (key bytea PRIMARY KEY, value bytea NOT NULL)",
    ("CREATE TABLE IF NOT EXISTS muniment_vault_owner"
     " (id int8 PRIMARY KEY, format int8 NOT NULL, token int8 NOT NULL, writes int8 NOT NULL, holder bytea NOT NULL)"),
    "INSERT INTO muniment_vault_owner (id, format, token, writes, holder) VALUES (1, 0, 0, 0, '') ON CONFLICT (id) DO NOTHING",
};

constexpr std::string_view undefined_table_code = "42P01";
constexpr std::size_t rows_of_a_statement = 4096;
constexpr const char* select_owner = "SELECT format, token, writes FROM muniment_vault_owner WHERE id = 1";

// The vault's keys begin with a letter.
constexpr std::string_view behind_all_keys = "\xff";

// The first key behind all that start with it.
std::string end_of(std::string_view prefix) {
  std::string end(prefix);
  while (end.ends_with('\xff')) end.pop_back();
  if (end.empty()) return std::string{behind_all_keys};
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::optional<PostgresVaultTables::Owner> owner_in(const PostgresRows& rows) {
  if (rows.size() == 0) return std::nullopt;
  return PostgresVaultTables::Owner{.format = rows.number(0, 0), .token = rows.number(0, 1), .writes = rows.number(0, 2)};
}

using Texts = std::vector<std::string_view>;

std::span<const std::string_view> part_of(const Texts& all, std::size_t from) {
  return std::span(all).subspan(from, std::min(rows_of_a_statement, all.size() - from));
}

}  // namespace

bool PostgresVaultTables::is_beside_log() {
  const auto rows = connection_.run_one({"SELECT count(*)::int8 FROM pg_catalog.pg_class WHERE relname = 'muniment_heads'"});
  return rows.number(0, 0) > 0;
}

void PostgresVaultTables::make() {
  for (const char* const sql : vault_table_statements) connection_.run_one({sql});
}

std::optional<PostgresVaultTables::Owner> PostgresVaultTables::owner() {
  try {
    return owner_in(connection_.run_one({select_owner}));
  } catch (const PostgresRefused& refused) {
    if (refused.sqlstate != undefined_table_code) throw;
    return std::nullopt;
  }
}

std::optional<PostgresVaultTables::Owner> PostgresVaultTables::lock() {
  const PostgresStatement statements[] = {
      {"BEGIN ISOLATION LEVEL READ COMMITTED"},
      {"SELECT format, token, writes FROM muniment_vault_owner WHERE id = 1 FOR UPDATE"},
  };
  return owner_in(connection_.run(statements)[1]);
}

void PostgresVaultTables::roll_back() { connection_.run_one({"ROLLBACK"}); }

// The first statement is of the row that is under our lock.
bool PostgresVaultTables::commit_after(std::vector<PostgresStatement> statements) {
  statements.push_back({"COMMIT"});
  const auto answers = connection_.run(statements);
  if (answers.front().written() != 1) throw PostgresMalformed("the vault's row did not take a write: something keeps the database from it");
  return answers.back().command() == "COMMIT" && !connection_.has_warned();
}

bool PostgresVaultTables::take(std::string_view holder, std::uint64_t token) {
  return commit_after(
      {{"UPDATE muniment_vault_owner SET token = $1, holder = $2 WHERE id = 1", PostgresParameters().number(token).bytes(holder)}});
}

bool PostgresVaultTables::finish() {
  return commit_after(
      {{"UPDATE muniment_vault_owner SET format = $1, writes = writes + 1 WHERE id = 1", PostgresParameters().number(format)}});
}

bool PostgresVaultTables::unfinish() {
  return commit_after(
      {{"UPDATE muniment_vault_owner SET format = $1, writes = writes + 1 WHERE id = 1", PostgresParameters().number(unfinished)}});
}

bool PostgresVaultTables::remove() { return commit_after({{"DELETE FROM muniment_vault_owner WHERE id = 1"}}); }

// All in one exchange: where a statement is refused, the COMMIT behind it is not done.
bool PostgresVaultTables::commit(const Overlay& writes) {
  Texts removed;
  Texts keys;
  Texts values;
  writes.visit_sorted([&](std::string_view key, const Overlay::Written& written) {
    if (!written) return removed.push_back(key);
    keys.push_back(key);
    values.push_back(*written);
  });
  std::vector<PostgresStatement> statements;
  statements.push_back({"UPDATE muniment_vault_owner SET writes = writes + 1 WHERE id = 1"});
  for (std::size_t at = 0; at < removed.size(); at += rows_of_a_statement) {
    statements.push_back(
        {"DELETE FROM muniment_vault_entries WHERE key = ANY ($1)", PostgresParameters().byte_strings(part_of(removed, at))});
  }
  for (std::size_t at = 0; at < keys.size(); at += rows_of_a_statement) {
    statements.push_back(
        {"INSERT INTO muniment_vault_entries (key, value) SELECT u.key, u.value FROM unnest($1, $2) AS u (key, value)"
         " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
         PostgresParameters().byte_strings(part_of(keys, at)).byte_strings(part_of(values, at))});
  }
  return commit_after(std::move(statements));
}

// A range of keys, so that no batch walks over the rows that those before it removed.
std::optional<std::string> PostgresVaultTables::remove_some(std::string_view after) {
  const auto rows = connection_.run_one(
      {"DELETE FROM muniment_vault_entries WHERE key > $1 AND key < coalesce((SELECT key FROM muniment_vault_entries WHERE key > $1"
       " ORDER BY key OFFSET $2 LIMIT 1), $3) RETURNING key",
       PostgresParameters().bytes(after).number(rows_of_a_statement).bytes(behind_all_keys)});
  std::optional<std::string> last;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!last || rows.bytes(i, 0) > *last) last = rows.bytes(i, 0);
  }
  return last;
}

bool PostgresVaultTables::rewrite() {
  try {
    connection_.run_one({"VACUUM (FULL) muniment_vault_entries"});
  } catch (const PostgresRefused& refused) {
    const bool is_unknown_here = refused.sqlstate == "42601" || refused.sqlstate == "0A000";
    if (!is_unknown_here) throw;
    return false;
  }
  if (connection_.has_warned()) throw PostgresMalformed("the table is not rewritten, for this role does not own it");
  return true;
}

void PostgresVaultTables::require_writes(const Owner& owner, std::uint64_t writes) const {
  if (owner.writes >= writes) return;
  throw PostgresBehind(
      fmt::format("{} has {} groups of writes, and {} were acknowledged: keys are missing there; see that all servers are reachable, and "
                  "keep a copy of each",
                  connection_.host().shown(), owner.writes, writes));
}

// The count first: the entries are as new as it is, or newer.
PostgresRows PostgresVaultTables::read(PostgresStatement statement, std::uint64_t writes) {
  const PostgresStatement statements[] = {{select_owner}, std::move(statement)};
  auto answers = connection_.run(statements);
  const auto owner = owner_in(answers[0]);
  if (!owner) throw PostgresMalformed("its row is gone");
  require_writes(*owner, writes);
  return std::move(answers[1]);
}

std::optional<std::string> PostgresVaultTables::get(std::string_view key, std::uint64_t writes) {
  const auto rows = read({"SELECT value FROM muniment_vault_entries WHERE key = $1", PostgresParameters().bytes(key)}, writes);
  if (rows.size() == 0) return std::nullopt;
  return std::string(rows.bytes(0, 0));
}

std::vector<std::pair<std::string, std::string>> PostgresVaultTables::entries(std::string_view prefix,
                                                                              std::optional<std::string_view> after, std::uint64_t count,
                                                                              std::uint64_t writes) {
  const char* const from_the_first = "SELECT key, value FROM muniment_vault_entries WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3";
  const char* const behind = "SELECT key, value FROM muniment_vault_entries WHERE key > $1 AND key < $2 ORDER BY key LIMIT $3";
  const auto rows = read(
      {after ? behind : from_the_first, PostgresParameters().bytes(after.value_or(prefix)).bytes(end_of(prefix)).number(count)}, writes);
  std::vector<std::pair<std::string, std::string>> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.emplace_back(rows.bytes(i, 0), rows.bytes(i, 1));
  return out;
}

// Who visits may take longer for a page than a session may be idle in a transaction.
void PostgresVaultTables::begin_view() {
  const PostgresStatement statements[] = {
      {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
      {"SELECT set_config('idle_in_transaction_session_timeout', '0', true)"},
  };
  connection_.run(statements);
}

void PostgresVaultTables::end_view() { connection_.run_one({"COMMIT"}); }

}  // namespace muniment
