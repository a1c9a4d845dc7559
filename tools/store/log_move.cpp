#include "tools/store/log_move.h"

#include <fmt/format.h>

#include "events/log/durable_head.h"
#include "events/log/postgres_log.h"
#include "events/log/rocks_log.h"
#include "events/proof/record_tree.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_place.h"
#include "tools/store/log_tree.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t records_moved_at_once = 512;
constexpr Position told_every = 1'024;

// Of what is being copied. The head files say what a run before this one had made durable.
fs::path head_of_copy(const fs::path& store) { return store / "moving.head"; }
fs::path folder_of_copy(const fs::path& store) { return store / "moving.log"; }

std::vector<KnownRoot> roots_beside(const fs::path& store, const VerifierKey& key) {
  return {{read_newest_checkpoint(store, key), "the checkpoint beside the store"}};
}

// A beginning of the same log, by its root.
void require_beginning(const ProvenLog& copy, const ProvenLog& log, const std::string& where) {
  const LogHead there = copy.head(0);
  const LogHead whole = log.head(0);
  if (there.position > whole.position)
    throw MoveRefused(fmt::format("{} has a log of {} events, and the one to be moved has {}: name a place of its own for it", where,
                                  there.position, whole.position));
  if (tree_at(log, there.position).root() != there.root)
    throw MoveRefused(
        fmt::format("{} has another log, whose first {} events are others: name a place of its own for this one", where, there.position));
}

void tell(const LogMoveOptions& options, std::string_view what, Position done, Position all) {
  if (options.on_progress && done % told_every == 0) options.on_progress(what, done, all);
}

void copy_records(const ProvenLog& from, ProvenLog& to, const LogMoveOptions& options) {
  const Position last = from.head(0).position;
  std::vector<capnp::word> words;
  std::vector<std::size_t> ends;
  const auto append = [&] {
    std::vector<RecordWords> records;
    for (std::size_t begin = 0; const std::size_t end : ends) {
      records.push_back(RecordWords{words}.subspan(begin, end - begin));
      begin = end;
    }
    if (!records.empty() && !to.append({.records = records, .conditions = {}}))
      throw LogDamaged("the log's records do not follow each other: `muniment verify` says where");
    words.clear();
    ends.clear();
  };
  from.read(0, to.head(0).position + 1, last, [&](Position position, RecordWords record) {
    tell(options, "records copied", position, last);
    words.insert(words.end(), record.begin(), record.end());
    ends.push_back(words.size());
    if (ends.size() == records_moved_at_once) append();
    return true;
  });
  append();
}

void copy_notes(const ProvenLog& from, ProvenLog& to, LogMoved& moved) {
  from.read_checkpoints(0, [&](Position size, std::string_view note) {
    to.keep_checkpoint(size, note, false);
    ++moved.checkpoints;
    return true;
  });
  from.read_time_stamps(0, [&](Position size, std::string_view token) {
    to.keep_time_stamp(size, token);
    ++moved.time_stamps;
    return true;
  });
}

// Everything that was copied, read and hashed anew: its root is the log's, and on the way that of the newest checkpoint.
void verify_copy(const ProvenLog& copy, const LogHead& whole, const LogHead& checkpoint, const LogMoveOptions& options) {
  RecordTree tree;
  const auto compare = [&](const LogHead& known) {
    if (tree.size() == known.position && tree.tree().root() != known.root)
      throw LogDamaged(
          fmt::format("what was copied is not the log: its root at position {} is another. Nothing was changed: try again with "
                      "an empty place",
                      known.position));
  };
  compare(checkpoint);
  copy.read(0, 1, whole.position, [&](Position position, RecordWords record) {
    tell(options, "records verified", position, whole.position);
    tree.append(bytes_of(record));
    compare(checkpoint);
    return true;
  });
  if (tree.size() != whole.position) throw LogDamaged(fmt::format("what was copied ends at position {}", tree.size()));
  compare(whole);
}

LogMoved move(const ProvenLog& from, ProvenLog& to, const std::string& where, const LogHead& checkpoint, const LogMoveOptions& options) {
  require_beginning(to, from, where);
  LogMoved moved{.head = from.head(0), .already = to.head(0).position, .checkpoint_size = checkpoint.position};
  if (options.is_dry_run) return moved;
  options.on_step("copy the records");
  copy_records(from, to, options);
  options.on_step("copy what was signed");
  copy_notes(from, to, moved);
  options.on_step("read it again");
  verify_copy(to, moved.head, checkpoint, options);
  return moved;
}

PostgresLogOptions copy_in_database(const LogMoveOptions& options) {
  return {.url = PostgresUrl(options.url), .head_file = head_of_copy(options.store), .holder = node_name_of(options.store)};
}

// As far as a run before this one came, or empty. Which log it is, its root says and not the file of its head.
std::unique_ptr<PostgresLog> begin_in_database(const LogMoveOptions& options) {
  const PostgresLogOptions copy = copy_in_database(options);
  if (PostgresLog::is_there(copy)) {
    if (!fs::exists(copy.head_file)) DurableHeadFile::create(copy.head_file, 0);
    return PostgresLog::open(copy);
  }
  fs::remove(copy.head_file);
  return PostgresLog::create(copy);
}

std::unique_ptr<RocksLog> begin_in_folder(const fs::path& store) {
  const RocksLogOptions copy{.folder = folder_of_copy(store), .head_file = head_of_copy(store)};
  if (fs::exists(copy.folder) && fs::exists(copy.head_file)) return RocksLog::open(copy);
  fs::remove_all(copy.folder);
  fs::remove(copy.head_file);
  return RocksLog::create(copy);
}

// Who has the lease of a log that was moved from the database.
std::string nobody_since_move_to(const fs::path& store) {
  return fmt::format("nobody, since `muniment migrate` moved the log to {},", node_name_of(store));
}

constexpr std::string_view was_moved = "moved";

// Whether a run before this one has named the database, and was cut off behind that.
bool log_was_named(const LogMoveOptions& options) {
  return read_log_url(options.store) == options.url && fs::exists(head_of_copy(options.store)) &&
         !fs::exists(folder_of_copy(options.store));
}

// What that one has moved, as far as this node has seen it since.
LogMoved moved_before(const fs::path& store) {
  const LogHead head = DurableHeadFile(store / "head", 0).read().head;
  return {.head = head, .already = head.position, .checkpoint_size = roots_beside(store, read_public_log_key(store)).front().head.position};
}

LogMoved copy_log_to_database(const LogMoveOptions& options) {
  require_log_in_folder(options.store, "a move into a database");
  const VerifierKey key = read_public_log_key(options.store);
  const LogHead checkpoint = roots_beside(options.store, key).front().head;
  RocksLogOptions source = log_options_of(options.store);
  source.checkpoint = checkpoint;
  source.on_progress = options.on_progress;
  const auto from = RocksLog::open(source);
  if (options.is_dry_run && !PostgresLog::is_there(copy_in_database(options)))
    return {.head = from->head(0), .checkpoint_size = checkpoint.position};
  const auto to = begin_in_database(options);
  LogMoved moved = move(*from, *to, PostgresUrl(options.url).shown(), checkpoint, options);
  to->close();
  from->close();
  return moved;
}

}  // namespace

LogMoved move_log_to_database(const LogMoveOptions& options) {
  read_marker(options.store);
  const StoreLock lock(options.store / "lock", "muniment migrate");
  require_url_without_password(options.url);
  const bool was_named = log_was_named(options);
  LogMoved moved = was_named ? moved_before(options.store) : copy_log_to_database(options);
  if (options.is_dry_run) return moved;
  if (!was_named) {
    options.on_step("name the database");
    name_log_url(options.store, options.url);
  }
  options.on_step("set the folder's log aside");
  moved.kept = set_aside(options.store / "log", was_moved);
  options.on_step("end the move");
  fs::remove(head_of_copy(options.store));
  sync_folder(options.store);
  options.on_step("end");
  return moved;
}

LogMoved move_log_to_folder(const LogMoveOptions& options) {
  read_marker(options.store);
  const StoreLock lock(options.store / "lock", "muniment migrate");
  if (read_log_url(options.store).empty())
    throw LogElsewhere(fmt::format("the log of {} is in its own folder already", options.store.string()));
  const VerifierKey key = read_public_log_key(options.store);
  const auto from = PostgresLog::open({.url = PostgresUrl(options.url),
                                       .head_file = options.store / "head",
                                       .holder = node_name_of(options.store),
                                       .given_up_to = nobody_since_move_to(options.store),
                                       .known = roots_beside(options.store, key)});
  const LogHead checkpoint = roots_beside(options.store, key).front().head;
  if (options.is_dry_run) {
    const LogHead head = from->head(0);
    from->close();
    return {.head = head, .checkpoint_size = checkpoint.position};
  }
  const auto to = begin_in_folder(options.store);
  LogMoved moved = move(*from, *to, folder_of_copy(options.store).string(), checkpoint, options);
  to->close();
  // From here on nobody writes to the one in the database, wherever this is cut off: the folder's is whole.
  options.on_step("close the database's log");
  from->give_up(nobody_since_move_to(options.store));
  from->close();
  options.on_step("put the log in its place");
  set_aside(options.store / "log", was_moved);
  fs::rename(folder_of_copy(options.store), options.store / "log");
  fs::rename(head_of_copy(options.store), options.store / "head");
  sync_folder(options.store);
  options.on_step("name the folder");
  forget_log_url(options.store);
  options.on_step("end");
  return moved;
}

}  // namespace muniment
