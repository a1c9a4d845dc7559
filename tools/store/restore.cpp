#include "tools/store/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <ranges>
#include <thread>

#include "events/log/durable_head.h"
#include "events/log/log_backups.h"
#include "events/log/verification.h"
#include "events/proof/record_tree.h"
#include "events/proof/tile_path.h"
#include "events/vault/rotation.h"
#include "tools/store/durable_file.h"
#include "tools/store/erasure_state.h"
#include "tools/store/key_file.h"
#include "tools/store/log_key_files.h"
#include "tools/store/log_place.h"
#include "tools/store/unrecorded_restore.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t records_at_once = 4096;

// Where a log is put together before it takes its place.
struct Workplace {
  explicit Workplace(const fs::path& store) : whole(store / "restoring.log"), part(store / "restoring.part") {}
  static fs::path head_of(const fs::path& log) { return log.string() + ".head"; }
  void clear() const {
    for (const fs::path& log : {whole, part}) {
      fs::remove_all(log);
      fs::remove(head_of(log));
    }
  }

  fs::path whole;  // As the backup has it.
  fs::path part;   // Up to the position that was asked for.
};

// Of the records that a backup does not have, because they had been archived.
fs::path archive_of(const fs::path& store, const LogRestore& restore) {
  return restore.archive.empty() ? read_archive_folder(store) : fs::weakly_canonical(fs::absolute(restore.archive));
}

RocksLogOptions options_of(const fs::path& log, const fs::path& archive) {
  return {.folder = log, .head_file = Workplace::head_of(log), .archive = archive};
}

// What is asked for by its number, or as the newest, is not replaced by an older one without a word.
void require_not_damaged(const LogRestore& restore, const std::vector<BackupManifest>& whole) {
  const std::uint32_t newest = whole.empty() ? 0 : whole.back().number;
  for (const DamagedBackup& damaged : damaged_backups_in(restore.backup)) {
    const bool is_asked_for = restore.number ? damaged.number == *restore.number : !restore.position && damaged.number > newest;
    if (is_asked_for) throw BackupDamaged(damaged.what + ", by its number");
  }
}

// Precondition: `all` is what require_not_damaged() was given.
const BackupManifest& chosen(const std::vector<BackupManifest>& all, const LogRestore& restore) {
  const auto is_it = [&](const BackupManifest& one) {
    return restore.number ? one.number == *restore.number : !restore.position || one.head.position >= *restore.position;
  };
  // The oldest that reaches so far has the least to leave out; where all is wanted, the newest.
  const auto oldest = std::ranges::find_if(all, is_it);
  if (oldest == all.end()) {
    throw NoBackup(fmt::format("{}: there is no such backup; `muniment backup list {}` says what there is", restore.backup.string(),
                               restore.backup.string()));
  }
  return restore.number || restore.position ? *oldest : all.back();
}

// The root of all records up to each of the positions, recomputed from the records themselves.
std::vector<Hash> roots_at(const EventLog& log, std::span<const Position> positions, const OnProgress& on_progress) {
  constexpr Position tiles_taken_every = 4096;  // They are kept in memory until then.
  RecordTree records;
  std::vector<Hash> out(positions.size());
  const auto note = [&] {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (positions[i] == records.size()) out[i] = records.tree().root();
    }
  };
  note();
  const Position last = *std::ranges::max_element(positions);
  log.read(0, 1, last, [&](Position position, RecordWords words) {
    if (on_progress && position % told_every == 1) on_progress("records checked", position - 1, last);
    records.append(bytes_of(words));
    if (records.size() % tiles_taken_every == 0) records.tree().take_full_tiles();
    if (std::ranges::find(positions, records.size()) != positions.end()) note();
    return true;
  });
  return out;
}

// Before anything is copied. What stands in it is compared when the records are read.
void require_archive(const fs::path& store, const LogRestore& restore, const BackupManifest& from) {
  if (from.archived == 0) return;
  const std::string needs = fmt::format("backup {} has not the positions 1 to {}, which were archived", from.number, from.archived);
  const fs::path archive = archive_of(store, restore);
  if (archive.empty()) throw RestoreRefused(needs + ", and nothing says where that is: name the folder with --archive");
  const fs::path last = archive / TilePath{{}, from.archived / tile_width - 1, tile_width}.text();
  if (!fs::exists(last))
    throw RestoreRefused(fmt::format("{}: {} is not there: name the archive's folder with --archive", needs, last.string()));
}

// A head that the records have to lead to, as far as they go.
struct Expected {
  LogHead head;
  bool is_of_backup = false;  // Said by the backup of itself; else known of the log elsewhere.
  std::string what;
};

// Throws LogDamaged where the backup is not what it says, RestoreRefused where it is of another history.
void verify(const EventLog& log, std::uint32_t number, std::vector<Expected> expected, const OnProgress& on_progress) {
  expected.push_back({log.head(0), true, "its tree"});
  std::erase_if(expected, [&](const Expected& one) { return one.head.position > log.head(0).position; });
  std::vector<Position> positions;
  for (const Expected& one : expected) positions.push_back(one.head.position);
  const std::vector<Hash> roots = roots_at(log, positions, on_progress);
  for (const bool of_backup : {true, false}) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (expected[i].is_of_backup != of_backup || roots[i] == expected[i].head.root) continue;
      if (of_backup)
        throw LogDamaged(fmt::format("backup {}: its records up to position {} are not those of {}; use another backup", number,
                                     positions[i], expected[i].what));
      throw RestoreRefused(fmt::format("backup {} is of another history: its records up to position {} differ from those of {}", number,
                                       positions[i], expected[i].what));
    }
  }
}

void copy_up_to(const EventLog& from, Position last, EventLog& to, const OnProgress& on_progress) {
  std::vector<capnp::word> words;
  std::vector<std::size_t> ends;
  const auto append = [&] {
    std::vector<RecordWords> records;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      records.push_back(RecordWords{words}.subspan(begin, end - begin));
      begin = end;
    }
    if (!records.empty() && !to.append({.records = records, .conditions = {}}))
      throw LogDamaged("the backup's records do not follow each other");
    words.clear();
    ends.clear();
  };
  from.read(0, 1, last, [&](Position position, RecordWords record) {
    if (on_progress && position % told_every == 1) on_progress("records copied", position - 1, last);
    words.insert(words.end(), record.begin(), record.end());
    ends.push_back(words.size());
    if (ends.size() == records_at_once) append();
    return true;
  });
  append();
}

void copy_checkpoints(const RocksLog& from, Position last, RocksLog& to) {
  from.read_checkpoints(0, [&](Position size, std::string_view note) {
    if (size <= last) to.keep_checkpoint(size, note);
    return size <= last;
  });
}

void copy_time_stamps(const RocksLog& from, Position last, RocksLog& to) {
  from.read_time_stamps(0, [&](Position size, std::string_view token) {
    if (size <= last) to.keep_time_stamp(size, token);
    return size <= last;
  });
}

// Nothing where the store has no keys of the log that can be read.
std::optional<std::vector<VerifierKey>> keys_in(const fs::path& store) {
  try {
    return fs::exists(store / "log.vkey") ? std::optional{read_public_log_keys(store)} : std::nullopt;
  } catch (const StoreDamaged&) {  // It is mended with the rest: its copy stands beside the backups.
    return std::nullopt;
  }
}

// The keys that are known of the log, newest first: the store's, or where it has none the backup's.
std::vector<VerifierKey> known_keys(const fs::path& store, const fs::path& backup) {
  const auto own = keys_in(store);
  return own ? *own : read_public_log_keys(backup);
}

// Whether a key signed the checkpoint with which the rotation takes effect.
bool has_signed(const VerifierKey& key, const RocksLog& log, const LogKeyRotation& rotation) {
  const auto handover = log.checkpoint_at_most(rotation.position);
  if (!handover) return false;
  const auto opened = open_checkpoint(*handover, key);
  return opened && opened->size == rotation.position;
}

// The keys of the log that is put back: it may end before the newest of them, or record one that the list has not and that the key before
// it signed. One that has signed nothing yet is not in use.
KeyChain keys_of(const RocksLog& log, std::uint32_t number, std::vector<VerifierKey> known) {
  const std::vector<LogKeyRotation> recorded = log_key_rotations(log);
  std::size_t in_use = recorded.size() + 1;
  if (!recorded.empty() && !has_signed(recorded.back().current, log, recorded.back())) --in_use;
  while (known.size() > in_use) known.erase(known.begin());
  while (known.size() < in_use) {
    const LogKeyRotation& next = recorded[known.size() - 1];
    if (!has_signed(known.front(), log, next))
      throw RestoreRefused(fmt::format("backup {} is of another log: nothing shows that {} signed that {} takes its place", number,
                                       known.front().text(), next.current.text()));
    known.insert(known.begin(), next.current);
  }
  try {
    return recorded_log_keys(recorded, known).chain;
  } catch (const LogDamaged& other) {
    throw RestoreRefused(fmt::format("backup {} is of another log: {}", number, other.what()));
  }
}

// What the backup says of itself, and what is known of the log. Throws RestoreRefused where its checkpoint is another log's.
std::vector<Expected> expected_of(const BackupManifest& from, const std::string& checkpoint, const KeyChain& keys,
                                  const std::vector<KnownHead>& known) {
  const auto opened = keys.open(checkpoint);
  if (!opened) {
    throw RestoreRefused(fmt::format("backup {} is of another log: its checkpoint is none that {} signed: {}", from.number,
                                     keys.newest().text(), name(opened.error())));
  }
  std::vector<Expected> out{{{opened->size, opened->root}, true, "its checkpoint"}, {from.head, true, "its manifest"}};
  for (const KnownHead& one : known) out.push_back({one.head, false, one.what});
  return out;
}

// Everything in it once more, as its files stand: tables, tiles, indexes, the checkpoints that it keeps with their signatures, and the one
// that was cosigned. What the roots alone would not show.
void verify_files(const RocksLogOptions& log, const LogRestore& restore, const BackupManifest& from, const KeyChain& keys,
                  const OnProgress& on_progress) {
  std::vector<KnownRoot> roots;
  if (from.witnessed > 0) {
    const auto cosigned = keys.open(read_file_if_any(cosigned_in_backup(restore.backup, from.number)).value_or(""));
    if (!cosigned || cosigned->size != from.witnessed)
      throw BackupDamaged(
          fmt::format("backup {}: its cosigned checkpoint is missing, or is not what was written; use another backup", from.number));
    roots.push_back({{cosigned->size, cosigned->root}, "the checkpoint that was cosigned"});
  }
  std::vector<VerifierKey> newest_first;
  for (const KeyChain::Turn& turn : keys.turns() | std::views::reverse) newest_first.push_back(turn.key);
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const auto tell = [&](Position done, Position all) {
    if (on_progress) on_progress("records verified", done, all);
  };
  const LogVerified verified = verify_log(log, {.threads = threads, .roots = roots, .log_keys = newest_first, .on_progress = tell});
  if (verified.fault)
    throw LogDamaged(
        fmt::format("backup {}: position {}: {}; use another backup", from.number, verified.fault->position, verified.fault->what));
}

// A log that was put together, closed, the newest checkpoint that it keeps, and its keys.
struct Ready {
  fs::path log;
  std::string checkpoint;
  KeyChain keys;
  std::string cosigned = {};  // The newest that enough witnesses cosigned, if it has that; empty: none.
  Position archived = 0;      // So far it reads the archive.
};

// Verifies what was put together, cuts it to the position that was asked for, and says where it is.
Ready prepare(const Workplace& work, const fs::path& archive, const LogRestore& restore, const BackupManifest& from,
              const std::vector<VerifierKey>& keys, const std::vector<KnownHead>& known, const OnProgress& on_progress) {
  DurableHeadFile::create(Workplace::head_of(work.whole), 0);
  DurableHeadFile(Workplace::head_of(work.whole), 0).write(from.head, false);
  const auto whole = RocksLog::open(options_of(work.whole, archive));
  const Position last = restore.position.value_or(whole->head(0).position);
  const std::optional<std::string> checkpoint = whole->checkpoint_at_most(last);
  if (!checkpoint) throw LogDamaged(fmt::format("backup {} keeps no checkpoint up to position {}; use another backup", from.number, last));
  const KeyChain keys_of_whole = keys_of(*whole, from.number, keys);
  Ready ready{.log = work.whole, .checkpoint = *checkpoint, .keys = keys_of_whole, .archived = whole->archived()};
  const std::vector<Expected> expected = expected_of(from, *checkpoint, ready.keys, known);
  verify(*whole, from.number, expected, on_progress);
  // Up to a position the log has all of its records itself again.
  if (last < whole->head(0).position || (restore.position && whole->archived() > 0)) {
    const auto part = RocksLog::create(options_of(work.part, {}));
    copy_up_to(*whole, last, *part, on_progress);
    copy_checkpoints(*whole, last, *part);
    copy_time_stamps(*whole, last, *part);
    verify(*part, from.number, expected, on_progress);
    ready.log = work.part;
    ready.archived = 0;
    ready.keys = keys_of(*part, from.number, keys);
    part->close();
  }
  whole->close();
  verify_files(options_of(work.whole, archive), restore, from, keys_of_whole, on_progress);
  if (from.witnessed > 0 && from.witnessed <= last) ready.cosigned = read_whole_file(cosigned_in_backup(restore.backup, from.number));
  return ready;
}

constexpr std::string_view was_replaced = "replaced";

using HeadOrWhy = std::expected<LogHead, std::string>;

HeadOrWhy head_of_checkpoint(const std::string& note, std::span<const VerifierKey> keys) {
  const auto checkpoint = open_checkpoint(note, keys);
  if (!checkpoint) return std::unexpected(fmt::format("no checkpoint that the log's key signed: {}", name(checkpoint.error())));
  return LogHead{checkpoint->size, checkpoint->root};
}

HeadOrWhy checkpoint_in(const fs::path& file, std::span<const VerifierKey> keys) {
  return head_of_checkpoint(read_file_if_any(file).value_or(""), keys);
}

HeadOrWhy durable_head_in(const fs::path& store) {
  try {
    return DurableHeadFile(store / "head", 0).read().head;
  } catch (const LogDamaged& error) {  // It is what is to be mended; the checkpoints say how far the log was.
    return std::unexpected(std::string{error.what()});
  }
}

HeadOrWhy newest_checkpoint_of(const fs::path& store, std::span<const VerifierKey> keys) {
  try {
    const auto newest = newest_checkpoint_in(log_options_of(store));
    return newest ? head_of_checkpoint(*newest, keys) : LogHead{};
  } catch (const std::exception& error) {  // The same.
    return std::unexpected(std::string{error.what()});
  }
}

void keep_copy_of(const fs::path& file) {
  if (fs::exists(file)) fs::copy_file(file, free_name_beside(file, was_replaced));
}

void put_keys_in_place(const fs::path& store, const KeyChain& keys) {
  const auto own = keys_in(store);
  if (own && own->front() == keys.newest()) return;
  keep_copy_of(store / "log.vkey");
  write_public_log_keys(store, keys);
}

// A store is not opened where its newest checkpoint is none that the key in use signed.
void put_checkpoint_in_place(const fs::path& store, const Ready& ready, Position head) {
  const auto beside = checkpoint_in(store / "checkpoint", std::span(&ready.keys.newest(), 1));
  if (beside && beside->position <= head) return;
  keep_copy_of(store / "checkpoint");
  replace_file(store / "checkpoint", ready.checkpoint);
}

// What is beside the log stays where the log has it. Else that of the backup takes its place, or none: no witness has seen what comes now.
void put_cosigned_in_place(const fs::path& store, const Ready& ready, Position head) {
  const fs::path file = store / "cosigned";
  const auto beside = checkpoint_in(file, read_public_log_keys(store));
  if (beside && beside->position <= head) return;
  set_aside(file, was_replaced);
  if (!ready.cosigned.empty()) replace_file(file, ready.cosigned);
}

// The durable head goes last, and at once: as long as the former one is there, it keeps whoever begins again from losing what it knows.
void put_in_place(const fs::path& store, const Ready& ready, Position head, const StoreOptions& options) {
  fs::rename(ready.log, store / "log");
  options.on_step("put its checkpoint in its place");
  put_keys_in_place(store, ready.keys);
  put_checkpoint_in_place(store, ready, head);
  put_cosigned_in_place(store, ready, head);
  keep_copy_of(store / "head");
  options.on_step("put its head in its place");
  fs::rename(Workplace::head_of(ready.log), store / "head");
  sync_folder(store);
}

// A log is put back whatever has become of the vault.
std::unique_ptr<Store> open_to_record(const fs::path& store, const StoreOptions& options) {
  try {
    return std::make_unique<Store>(store, options);
  } catch (const VaultError&) {
    StoreOptions without = options;
    without.without_vault = true;
    return std::make_unique<Store>(store, without);
  }
}

// What was put back before, and is not on record yet, comes first: only one of a kind is written down.
void record_what_was_restored(const fs::path& store, const StoreOptions& options) {
  if (!read_unrecorded_restore(store, Restored::log) && !read_unrecorded_restore(store, Restored::vault)) return;
  const std::unique_ptr<Store> open = open_to_record(store, options);
  open->sequencer();
  open->close();
}

// That it was restored is recorded and signed: without a key nothing is begun. Which one it takes, the backup says once it is read.
void require_log_key(const LogKeyFiles& files, const std::vector<VerifierKey>& known) {
  if (std::ranges::none_of(known, [&](const VerifierKey& key) { return files.holds(key); })) files.signer(known.front());
}

void require_key_of(const LogKeyFiles& files, const Ready& ready, const std::vector<VerifierKey>& known) {
  const VerifierKey& key = ready.keys.newest();
  if (files.holds(key)) return;
  if (std::ranges::find(known.begin() + 1, known.end(), key) == known.end()) files.signer(key);
  throw RestoreRefused(
      fmt::format("what would be restored ends before the log's key was rotated to {}: it goes on being signed by {}, whose "
                  "private half is needed",
                  known.front().text(), key.text()));
}

// Where it is refused, nothing of it is left: it may be as large as the log, on a disk that is short of room.
Ready put_together(const Workplace& work, const fs::path& store, const LogRestore& restore, const BackupManifest& from,
                   const std::vector<VerifierKey>& known, const LogKeyFiles& files, const OnProgress& on_progress) {
  work.clear();
  try {
    restore_log(restore.backup / "log", from.number, work.whole);
    Ready ready = prepare(work, archive_of(store, restore), restore, from, known, known_heads(store, restore).heads, on_progress);
    require_key_of(files, ready, known);
    return ready;
  } catch (...) {
    work.clear();
    throw;
  }
}

// Of the store's own files, and what stands in those of them that say nothing.
void add_heads_of_store(const fs::path& store, const std::vector<VerifierKey>& keys, KnownHeads& out) {
  const auto add = [&](const std::string& name, std::string what, bool is_newest, const auto& read) {
    if (!fs::exists(store / name)) return;
    const std::expected<LogHead, std::string> head = read();
    if (!head) out.unreadable.push_back({name, fmt::format("{}: {}", (store / name).string(), head.error())});
    if (!head || head->position == 0) return;
    out.heads.push_back({*head, std::move(what)});
    out.is_bounded |= is_newest;
  };
  add("head", "the store's durable head", true, [&] { return durable_head_in(store); });
  add("checkpoint", "the store's checkpoint", true, [&] { return checkpoint_in(store / "checkpoint", keys); });
  add("cosigned", "the checkpoint that witnesses cosigned", false, [&] { return checkpoint_in(store / "cosigned", keys); });
  add("log", "the newest checkpoint in the store's log", true, [&] { return newest_checkpoint_of(store, keys); });
}

// Which of the store's files say nothing, where nothing else says how far its log was either; empty where something does.
std::string what_nothing_tells(const KnownHeads& known) {
  std::string out;
  if (known.is_bounded) return out;
  for (const UnreadableHead& one : known.unreadable) out += (out.empty() ? "" : ", ") + one.name;
  return out;
}

// What is said of a loss, and what it is said without.
std::string statement_of(const LogRestore& restore, const RestoredLog& restored) {
  if (restored.former.position == 0 && restored.untold.empty()) return {};
  if (restored.untold.empty()) return restore.statement;
  return fmt::format("{} (could not be read: {})", restore.statement, restored.untold);
}

}  // namespace

KnownHeads known_heads(const fs::path& store, const LogRestore& restore) {
  const std::vector<VerifierKey> keys = known_keys(store, restore.backup);
  KnownHeads out;
  add_heads_of_store(store, keys, out);
  const auto unrecorded = read_unrecorded_restore(store, Restored::log);
  if (unrecorded && unrecorded->former.position > 0)
    out.heads.push_back({unrecorded->former, "what was lost by a restoring that is not recorded yet"});
  out.is_bounded |= !restore.checkpoints.empty();
  for (const fs::path& file : restore.checkpoints) {
    const auto checkpoint = open_checkpoint(read_whole_file(file), keys);
    if (!checkpoint)
      throw RestoreRefused(fmt::format("{}: no checkpoint that the log's key signed: {}", file.string(), name(checkpoint.error())));
    if (checkpoint->size > 0) out.heads.push_back({{checkpoint->size, checkpoint->root}, file.string()});
  }
  return out;
}

RestoredLog plan_restore(const fs::path& store, const LogRestore& restore) {
  require_log_in_folder(store, "a restore of the log");
  const std::vector<BackupManifest> all = backups_in(restore.backup);
  require_not_damaged(restore, all);
  RestoredLog out{.from = chosen(all, restore)};
  if (restore.position && *restore.position > out.from.head.position)
    throw RestoreRefused(fmt::format("backup {} has positions up to {}", out.from.number, out.from.head.position));
  require_archive(store, restore, out.from);
  out.head = restore.position.value_or(out.from.head.position);
  const KnownHeads known = known_heads(store, restore);
  for (const UnreadableHead& one : known.unreadable) out.unreadable.push_back(one.why);
  out.untold = what_nothing_tells(known);
  for (const KnownHead& one : known.heads) {
    if (one.head.position > std::max(out.head, out.former.position)) out.former = one.head;
  }
  if (out.former.position != 0 && restore.statement.empty()) {
    throw RestoreRefused(
        fmt::format("positions {} to {} were durable in this store, and are not in what would be restored: say in words that they are "
                    "lost, and why (--accept-loss); it is recorded",
                    out.head + 1, out.former.position));
  }
  if (!out.untold.empty() && restore.statement.empty()) {
    throw RestoreRefused(
        fmt::format("how far the log of this store was is not known, since what says so cannot be read ({}), and events after position {} "
                    "may be lost: name a checkpoint that was kept elsewhere (--checkpoint), or say in words why it is restored so "
                    "(--accept-loss); it is recorded",
                    out.untold, out.head));
  }
  return out;
}

RestoredLog restore_store(const fs::path& store, const LogRestore& restore, const StoreOptions& options) {
  make_private_folder(store);
  std::optional<StoreLock> lock(std::in_place, store / "lock", options.holder);
  RestoredLog out = plan_restore(store, restore);
  const std::vector<VerifierKey> known = known_keys(store, restore.backup);
  const LogKeyFiles files(store, options.log_key_file, options.log_key_passphrase);
  require_log_key(files, known);
  const Workplace work(store);
  const Ready ready = put_together(work, store, restore, out.from, known, files, options.on_progress);
  out.head = DurableHeadFile(Workplace::head_of(ready.log), 0).read().head.position;
  if (out.former.position <= out.head) out.former = {};
  options.on_step("set the former log aside");
  out.set_aside = set_aside(store / "log", was_replaced);
  options.on_step("note what is to be recorded");
  write_unrecorded_restore(store, {.id = new_restore_id(),
                                   .position = out.head,
                                   .what = {.head = out.head, .statement = statement_of(restore, out)},
                                   .former = out.former,
                                   .requested_by = restore.requested_by});
  options.on_step("put the log in its place");
  if (ready.archived > 0)
    name_archive_in(store, archive_of(store, restore));
  else
    fs::remove(archive_file_of(store));
  put_in_place(store, ready, out.head, options);
  work.clear();
  fs::remove_all(store / "views");
  fs::remove_all(store / "views.without-vault");
  if (!fs::exists(store / "STORE")) write_marker(store, {out.from.format, out.from.format});
  lock.reset();
  options.on_step("record it");
  const std::unique_ptr<Store> open = open_to_record(store, options);
  open->sequencer();
  open->close();
  return out;
}

RestoredVault restore_vault(const fs::path& store, const fs::path& backup, const std::string& requested_by, const StoreOptions& options) {
  RestoredVault out{.from = vault_manifest_in(backup)};
  const fs::path database = database_in_vault_backup(backup);
  const fs::path key = options.epoch_key_file.empty() ? store / "keys" / "epoch.key" : options.epoch_key_file;
  read_marker(store);
  require_vault_in_folder(store, "a restoring of the vault");
  require_log_key(LogKeyFiles(store, options.log_key_file, options.log_key_passphrase), read_public_log_keys(store));
  record_what_was_restored(store, options);
  UnrecordedRestore note{.id = new_restore_id(), .what = {.vault = true}, .requested_by = requested_by};
  {
    const StoreLock lock(store / "lock", options.holder);
    out.accounts = drill_epoch_key(database, read_private_epoch_key(key), options.on_progress);
    const fs::path ready = restoring_vault(store);
    fs::remove_all(ready);
    fs::copy(database, ready, fs::copy_options::recursive);
    fs::permissions(ready, fs::perms::owner_all);
    note.vault_had = erasures_done_in(ready);
    sync_files_in(ready);
    options.on_step("note what is to be recorded");
    write_unrecorded_restore(store, note);
    options.on_step("set the former vault aside");
    out.set_aside = set_aside(store / "vault", was_replaced);
    options.on_step("put the vault in its place");
    fs::rename(ready, store / "vault");
    sync_folder(store);
    options.on_step("drop the views");
    fs::remove_all(store / "views");  // Names that the former vault did not have.
  }
  options.on_step("record it");
  Store open(store, options);
  open.sequencer();
  out.erasures = erasures_carried_out(open.log(), open.vault().erasures_done()) - erasures_carried_out(open.log(), note.vault_had);
  open.close();
  return out;
}

}  // namespace muniment
