#include "events/log/postgres_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace muniment {
namespace {

// docs/formats.md, "The log on PostgreSQL". Each is made by a statement of its own: not every engine makes tables within a transaction.
constexpr const char* table_statements[] = {
    "CREATE TABLE IF NOT EXISTS muniment_heads (part int8 PRIMARY KEY, format int8 NOT NULL, position int8 NOT NULL, root bytea NOT NULL,"
    " token int8 NOT NULL, confirmed int8 NOT NULL)",
    "CREATE TABLE IF NOT EXISTS muniment_leases (part int8 PRIMARY KEY, token int8 NOT NULL, holder bytea NOT NULL, until timestamptz NOT "
    "NULL)",
    "CREATE TABLE IF NOT EXISTS muniment_records (part int8, position int8, record bytea NOT NULL, PRIMARY KEY (part, position))",
    "CREATE TABLE IF NOT EXISTS muniment_streams (part int8, stream bytea, version int8, position int8 NOT NULL,"
    " PRIMARY KEY (part, stream, version))",
    "CREATE TABLE IF NOT EXISTS muniment_commands (part int8, command bytea, position int8 NOT NULL, PRIMARY KEY (part, command))",
    "CREATE TABLE IF NOT EXISTS muniment_tiles (part int8, level int8, tile int8, hashes bytea NOT NULL, PRIMARY KEY (part, level, tile))",
    "CREATE TABLE IF NOT EXISTS muniment_notes (part int8, kind int8, size int8, note bytea NOT NULL, PRIMARY KEY (part, kind, size))",
};

// What is said of a log is never changed, and its head goes forward only: against slips, not against whoever may drop a trigger.
constexpr const char* guard_statements[] = {
    "CREATE OR REPLACE FUNCTION muniment_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
    "BEGIN RAISE EXCEPTION 'the log is append-only'; END$$",
    "CREATE OR REPLACE FUNCTION muniment_forward_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
    "IF NEW.part <> OLD.part OR NEW.position < OLD.position OR NEW.token < OLD.token"
    " OR (NEW.position = OLD.position AND NEW.root <> OLD.root) THEN RAISE EXCEPTION 'the log goes forward only'; END IF;"
    " RETURN NEW; END$$",
    "DROP TRIGGER IF EXISTS muniment_forward_only ON muniment_heads",
    "CREATE TRIGGER muniment_forward_only BEFORE UPDATE ON muniment_heads FOR EACH ROW EXECUTE FUNCTION muniment_forward_only()",
    "DROP TRIGGER IF EXISTS muniment_append_only ON muniment_heads",
    "CREATE TRIGGER muniment_append_only BEFORE DELETE ON muniment_heads FOR EACH ROW EXECUTE FUNCTION muniment_append_only()",
};
constexpr const char* appended_tables[] = {"muniment_records", "muniment_streams", "muniment_commands", "muniment_tiles"};

constexpr const char* begin_statement = "BEGIN ISOLATION LEVEL READ COMMITTED";
constexpr std::string_view undefined_table = "42P01";

Hash hash_from(std::string_view bytes) {
  Hash hash{};
  if (bytes.size() != hash.size()) throw LogDamaged("the table muniment_heads has a root that is none");
  std::ranges::copy(bytes_of(bytes), hash.begin());
  return hash;
}

}  // namespace

bool PostgresTables::is_beside_vault() {
  const auto rows = connection_.run_one({"SELECT count(*)::int8 FROM pg_catalog.pg_class WHERE relname = 'muniment_vault_entries'"});
  return rows.number(0, 0) > 0;
}

void PostgresTables::make_tables() {
  for (const char* const sql : table_statements) connection_.run_one({sql});
  for (const char* const sql : guard_statements) connection_.run_one({sql});
  for (const char* const table : appended_tables) {
    const std::string drop = fmt::format("DROP TRIGGER IF EXISTS muniment_append_only ON {}", table);
    const std::string create = fmt::format(
        "CREATE TRIGGER muniment_append_only BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION muniment_append_only()", table);
    connection_.run_one({drop.c_str()});
    connection_.run_one({create.c_str()});
  }
}

bool PostgresTables::make_log() {
  connection_.run_one(
      {"INSERT INTO muniment_leases (part, token, holder, until) VALUES ($1, 0, $2, clock_timestamp())"
       " ON CONFLICT (part) DO NOTHING",
       of_partition().bytes("")});
  const auto made =
      connection_.run_one({"INSERT INTO muniment_heads (part, format, position, root, token, confirmed)"
                           " VALUES ($1, $2, 0, $3, 0, 0) ON CONFLICT (part) DO NOTHING",
                           of_partition().number(format).bytes(text_of(empty_root))});
  return made.written() == 1;
}

std::optional<PostgresTables::Head> PostgresTables::head() {
  try {
    const auto rows = connection_.run_one({"SELECT position, root, token, format FROM muniment_heads WHERE part = $1", of_partition()});
    if (rows.size() == 0) return std::nullopt;
    if (rows.number(0, 3) != format) {
      throw LogFailed(
          fmt::format("the log has format {}, and this program reads format {}: use one that reads it", rows.number(0, 3), format));
    }
    return Head{{rows.number(0, 0), hash_from(rows.bytes(0, 1))}, rows.number(0, 2)};
  } catch (const PostgresRefused& refused) {
    if (refused.sqlstate != undefined_table) throw;
    return std::nullopt;
  }
}

PostgresTables::Locked PostgresTables::lock(std::span<const std::string_view> streams) {
  const PostgresStatement statements[] = {
      {begin_statement},
      {"SELECT position, root, token FROM muniment_heads WHERE part = $1 FOR UPDATE", of_partition()},
      // A statement of its own, which sees what the one who had the lock has committed.
      {"SELECT coalesce((SELECT s.version FROM muniment_streams s WHERE s.part = $1 AND s.stream = u.stream ORDER BY s.version DESC LIMIT "
       "1), 0)"
       " FROM unnest($2) WITH ORDINALITY AS u (stream, nth) ORDER BY u.nth",
       of_partition().byte_strings(streams)},
  };
  const auto answers = connection_.run(statements);
  const PostgresRows& head = answers[1];
  if (head.size() != 1) throw LogDamaged("the log's head is not there any more");
  Locked locked{{{head.number(0, 0), hash_from(head.bytes(0, 1))}, head.number(0, 2)}, {}};
  for (std::size_t i = 0; i < answers[2].size(); ++i) locked.versions.push_back(answers[2].number(i, 0));
  if (locked.versions.size() != streams.size()) throw LogDamaged("the table muniment_streams gives another number of answers than asked");
  return locked;
}

void PostgresTables::roll_back() { connection_.run_one({"ROLLBACK"}); }

bool PostgresTables::commit(const Group& group) {
  std::vector<std::uint64_t> positions(group.records.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = group.before.position + 1 + i;
  std::vector<PostgresStatement> statements;
  statements.push_back(
      {"UPDATE muniment_heads SET position = $2, root = $3 WHERE part = $1 AND position = $4 AND token = $5",
       of_partition().number(group.after.position).bytes(text_of(group.after.root)).number(group.before.position).number(group.token)});
  statements.push_back(
      {"INSERT INTO muniment_records (part, position, record) SELECT $1, u.position, u.record FROM unnest($2, $3) AS u (position, record)",
       of_partition().numbers(positions).byte_strings(group.records)});
  statements.push_back(
      {"INSERT INTO muniment_streams (part, stream, version, position) SELECT $1, u.stream, u.version, u.position"
       " FROM unnest($2, $3, $4) AS u (stream, version, position)",
       of_partition().byte_strings(group.streams).numbers(group.versions).numbers(group.stream_positions)});
  if (!group.commands.empty()) {
    std::vector<std::string_view> commands;
    std::ranges::transform(group.commands, std::back_inserter(commands), [](const CommandDigest& one) { return text_of(one); });
    statements.push_back(
        {"INSERT INTO muniment_commands (part, command, position) SELECT $1, u.command, u.position"
         " FROM unnest($2, $3) AS u (command, position)",
         of_partition().byte_strings(commands).numbers(group.command_positions)});
  }
  for (const FullTile& tile : group.tiles) {
    statements.push_back({"INSERT INTO muniment_tiles (part, level, tile, hashes) VALUES ($1, $2, $3, $4)",
                          of_partition().number(tile.level).number(tile.index).bytes(text_of(tile_bytes(tile.hashes)))});
  }
  return commit_after(std::move(statements), 1);
}

bool PostgresTables::confirm() {
  return commit_after({{"UPDATE muniment_heads SET confirmed = confirmed + 1 WHERE part = $1", of_partition()}}, 1);
}

// All in one exchange: where a statement is refused, the COMMIT behind it is not done. Each of the first ones is of a row that is there,
// and under our lock.
bool PostgresTables::commit_after(std::vector<PostgresStatement> statements, std::size_t of_one_row) {
  statements.push_back({"COMMIT"});
  const auto answers = connection_.run(statements);
  for (std::size_t i = 0; i < of_one_row; ++i) {
    if (answers[i].written() != 1)
      throw LogDamaged("the log's head or its lease did not take a write: something keeps the database from it");
  }
  return answers.back().command() == "COMMIT" && !connection_.has_warned();
}

PostgresTables::Lease PostgresTables::lease() {
  const auto rows =
      connection_.run_one({"SELECT token, holder, greatest(0, ceil(extract(epoch FROM until - clock_timestamp()) * 1000))::int8 FROM "
                           "muniment_leases WHERE part = $1",
                           of_partition()});
  if (rows.size() != 1) throw LogDamaged("the log's lease is not there any more");
  return {std::string(rows.bytes(0, 1)), rows.number(0, 0), rows.number(0, 2)};
}

bool PostgresTables::take_lease(std::string_view holder, std::uint64_t token, std::chrono::milliseconds time) {
  return commit_after(
      {{"UPDATE muniment_heads SET token = $2 WHERE part = $1", of_partition().number(token)},
       {"UPDATE muniment_leases SET token = $2, holder = $3, until = clock_timestamp() + $4 * INTERVAL '1 millisecond' WHERE part = $1",
        of_partition().number(token).bytes(holder).number(static_cast<std::uint64_t>(time.count()))}},
      2);
}

bool PostgresTables::renew_lease(std::uint64_t token, std::chrono::milliseconds time) {
  const auto renewed = connection_.run_one(
      {"UPDATE muniment_leases SET until = clock_timestamp() + $3 * INTERVAL '1 millisecond' WHERE part = $1 AND token = $2",
       of_partition().number(token).number(static_cast<std::uint64_t>(time.count()))});
  return renewed.written() == 1;
}

bool PostgresTables::give_lease_up(std::uint64_t token, std::string_view holder) {
  const auto given =
      connection_.run_one({"UPDATE muniment_leases SET holder = $3, token = $2 + 1, until = clock_timestamp() + INTERVAL '100 years' "
                           "WHERE part = $1 AND (token = $2 OR (token = $2 + 1 AND holder = $3))",
                           of_partition().number(token).bytes(holder)});
  if (connection_.has_warned()) throw PostgresLost("the server did not wait for its standbys");
  return given.written() == 1;
}

// The head first: what is read is as new as it is, or newer.
PostgresRows PostgresTables::read_up_to(Position to, PostgresStatement statement) {
  const PostgresStatement statements[] = {{"SELECT position FROM muniment_heads WHERE part = $1", of_partition()}, std::move(statement)};
  auto answers = connection_.run(statements);
  if (answers[0].size() != 1) throw LogDamaged("the log's head is not there any more");
  if (const Position head = answers[0].number(0, 0); head < to) {
    throw PostgresBehind(
        fmt::format("{}: the log there ends at position {}, and this node has seen position {}: recorded events are missing; see that all "
                    "servers are reachable, and keep a copy of each",
                    host().shown(), head, to));
  }
  return std::move(answers[1]);
}

std::vector<PostgresTables::Record> PostgresTables::records(Position from, Position to, std::size_t count,
                                                            std::optional<PostgresRows>& rows) {
  rows = read_up_to(to, {"SELECT position, record FROM muniment_records WHERE part = $1 AND position >= $2 AND position <= $3"
                         " ORDER BY position LIMIT $4",
                         of_partition().number(from).number(to).number(count)});
  std::vector<Record> out;
  for (std::size_t i = 0; i < rows->size(); ++i) out.push_back({rows->number(i, 0), rows->bytes(i, 1)});
  return out;
}

std::vector<PostgresTables::Record> PostgresTables::stream(std::string_view stream, Version from, Position to, std::size_t count,
                                                           std::optional<PostgresRows>& rows) {
  rows = read_up_to(to, {"SELECT s.version, s.position, r.record FROM muniment_streams s"
                         " LEFT JOIN muniment_records r ON r.part = s.part AND r.position = s.position"
                         " WHERE s.part = $1 AND s.stream = $2 AND s.version >= $3 AND s.position <= $4 ORDER BY s.version LIMIT $5",
                         of_partition().bytes(stream).number(from).number(to).number(count)});
  std::vector<Record> out;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    if (rows->number(i, 0) != from + i)
      throw LogDamaged(fmt::format("the table muniment_streams lacks the version {} of a stream", from + i));
    if (rows->is_null(i, 2)) throw LogDamaged(fmt::format("the table muniment_records lacks the position {}", rows->number(i, 1)));
    out.push_back({rows->number(i, 1), rows->bytes(i, 2)});
  }
  return out;
}

Version PostgresTables::stream_version(std::string_view stream, Position to) {
  const auto rows = read_up_to(
      to, {"SELECT version FROM muniment_streams WHERE part = $1 AND stream = $2 AND position <= $3 ORDER BY version DESC LIMIT 1",
           of_partition().bytes(stream).number(to)});
  return rows.size() == 0 ? 0 : rows.number(0, 0);
}

std::vector<PostgresTables::Command> PostgresTables::commands(std::span<const CommandDigest> digests, Position to,
                                                              std::optional<PostgresRows>& rows) {
  std::vector<std::string_view> keys;
  std::ranges::transform(digests, std::back_inserter(keys), [](const CommandDigest& one) { return text_of(one); });
  rows = read_up_to(to, {"SELECT c.command, c.position, r.record FROM muniment_commands c"
                         " LEFT JOIN muniment_records r ON r.part = c.part AND r.position = c.position"
                         " WHERE c.part = $1 AND c.command = ANY ($2) AND c.position <= $3",
                         of_partition().byte_strings(keys).number(to)});
  std::vector<Command> out;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    if (rows->is_null(i, 2)) throw LogDamaged(fmt::format("the table muniment_records lacks the position {}", rows->number(i, 1)));
    Command command{{}, {rows->number(i, 1), rows->bytes(i, 2)}};
    const std::string_view digest = rows->bytes(i, 0);
    if (digest.size() != command.digest.size()) throw LogDamaged("the table muniment_commands has a key that is none");
    std::ranges::copy(bytes_of(digest), command.digest.begin());
    out.push_back(command);
  }
  return out;
}

Tile PostgresTables::tile(unsigned level, std::uint64_t index, Position to) {
  const auto rows = read_up_to(
      to, {"SELECT hashes FROM muniment_tiles WHERE part = $1 AND level = $2 AND tile = $3", of_partition().number(level).number(index)});
  const auto tile = rows.size() == 0 ? std::nullopt : tile_from(bytes_of(rows.bytes(0, 0)));
  if (!tile) {
    throw LogDamaged(fmt::format("the table muniment_tiles has {} at level {}, index {}: restore the database from a backup",
                                 rows.size() == 0 ? "no tile" : "a damaged tile", level, index));
  }
  return *tile;
}

bool PostgresTables::keep(Kept kind, Position size, std::string_view note) {
  connection_.run_one(
      {"INSERT INTO muniment_notes (part, kind, size, note) VALUES ($1, $2, $3, $4)"
       " ON CONFLICT (part, kind, size) DO UPDATE SET note = excluded.note",
       of_partition().number(static_cast<std::uint64_t>(kind)).number(size).bytes(note)});
  if (connection_.has_warned()) throw PostgresLost("the server did not wait for its standbys");
  return true;
}

std::vector<std::pair<Position, std::string>> PostgresTables::kept(Kept kind, Position from, std::size_t count) {
  const auto rows =
      connection_.run_one({"SELECT size, note FROM muniment_notes WHERE part = $1 AND kind = $2 AND size >= $3 ORDER BY size LIMIT $4",
                           of_partition().number(static_cast<std::uint64_t>(kind)).number(from).number(count)});
  std::vector<std::pair<Position, std::string>> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.emplace_back(rows.number(i, 0), rows.bytes(i, 1));
  return out;
}

std::optional<std::string> PostgresTables::newest_kept(Kept kind, Position size) {
  const auto rows =
      connection_.run_one({"SELECT note FROM muniment_notes WHERE part = $1 AND kind = $2 AND size <= $3 ORDER BY size DESC LIMIT 1",
                           of_partition().number(static_cast<std::uint64_t>(kind)).number(size)});
  return rows.size() == 0 ? std::nullopt : std::optional(std::string(rows.bytes(0, 0)));
}

}  // namespace muniment
