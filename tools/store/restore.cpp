#include "tools/store/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "events/log/durable_head.h"
#include "events/log/log_backups.h"
#include "events/log/verification.h"
#include "events/proof/checkpoint.h"
#include "events/proof/tree.h"
#include "events/vault/rotation.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/store/unrecorded_restore.h"

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

RocksLogOptions options_of(const fs::path& log) { return {.folder = log, .head_file = Workplace::head_of(log)}; }

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
std::vector<Hash> roots_at(const EventLog& log, std::span<const Position> positions) {
  MerkleTree tree;
  LeafHasher hasher;
  std::vector<Hash> out(positions.size());
  const auto note = [&] {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (positions[i] == tree.size()) out[i] = tree.root();
    }
  };
  note();
  log.read(0, 1, *std::ranges::max_element(positions), [&](Position, RecordWords words) {
    tree.append(hasher.leaf_hash(bytes_of(words)));
    tree.take_full_tiles();
    if (std::ranges::find(positions, tree.size()) != positions.end()) note();
    return true;
  });
  return out;
}

void verify(const EventLog& log, const BackupManifest& from, Position head, const std::optional<LogHead>& retained) {
  std::vector<Position> positions{head};
  const bool is_whole = head >= from.head.position;
  if (is_whole) positions.push_back(from.head.position);
  const bool reaches_retained = retained && retained->position <= head;
  if (reaches_retained) positions.push_back(retained->position);
  const std::vector<Hash> roots = roots_at(log, positions);
  if (roots.front() != log.head(0).root)
    throw LogDamaged(fmt::format("backup {}: its records and its tree differ; use another backup", from.number));
  if (is_whole && roots[1] != from.head.root)
    throw LogDamaged(fmt::format("backup {}: its records up to position {} are not those it was made of; use another backup", from.number,
                                 from.head.position));
  if (reaches_retained && roots.back() != retained->root)
    throw RestoreRefused(
        fmt::format("backup {} is of another history: its records up to position {} differ from those that the store's "
                    "durable head knows",
                    from.number, retained->position));
}

void copy_up_to(const EventLog& from, Position last, EventLog& to) {
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
  from.read(0, 1, last, [&](Position, RecordWords record) {
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

// Everything in it once more, as its files stand: tables, tiles, indexes, the checkpoints that it keeps with their signatures, and the one
// that was cosigned. What the roots alone would not show.
void verify_files(const fs::path& log, const LogRestore& restore, const BackupManifest& from, const VerifierKey& key) {
  std::vector<KnownRoot> roots;
  if (from.witnessed > 0) {
    const auto cosigned = open_checkpoint(read_file_if_any(cosigned_in_backup(restore.backup, from.number)).value_or(""), key);
    if (!cosigned || cosigned->size != from.witnessed)
      throw BackupDamaged(
          fmt::format("backup {}: its cosigned checkpoint is missing, or is not what was written; use another backup", from.number));
    roots.push_back({{cosigned->size, cosigned->root}, "the checkpoint that was cosigned"});
  }
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const LogVerified verified = verify_log(options_of(log), {.threads = threads, .roots = roots, .log_key = key});
  if (verified.fault)
    throw LogDamaged(
        fmt::format("backup {}: position {}: {}; use another backup", from.number, verified.fault->position, verified.fault->what));
}

// A log that was put together, closed, and the newest checkpoint that it keeps.
struct Ready {
  fs::path log;
  std::string checkpoint;
  std::string cosigned = {};  // The newest that enough witnesses cosigned, if it has that; empty: none.
};

std::string cosigned_up_to(Position last, const LogRestore& restore, const BackupManifest& from) {
  return from.witnessed > 0 && from.witnessed <= last ? read_whole_file(cosigned_in_backup(restore.backup, from.number)) : std::string{};
}

// Verifies what was put together, cuts it to the position that was asked for, and says where it is.
Ready prepare(const Workplace& work, const LogRestore& restore, const BackupManifest& from, const std::optional<LogHead>& retained,
              const VerifierKey& key) {
  DurableHeadFile::create(Workplace::head_of(work.whole), 0);
  DurableHeadFile(Workplace::head_of(work.whole), 0).write(from.head, false);
  const auto whole = RocksLog::open(options_of(work.whole));
  const Position last = restore.position.value_or(whole->head(0).position);
  const std::optional<std::string> checkpoint = whole->checkpoint_at_most(last);
  if (!checkpoint) throw LogDamaged(fmt::format("backup {} keeps no checkpoint up to position {}; use another backup", from.number, last));
  if (last >= whole->head(0).position) {
    verify(*whole, from, last, retained);
    whole->close();
    verify_files(work.whole, restore, from, key);
    return {work.whole, *checkpoint, cosigned_up_to(last, restore, from)};
  }
  verify(*whole, from, whole->head(0).position, std::nullopt);
  const auto part = RocksLog::create(options_of(work.part));
  copy_up_to(*whole, last, *part);
  copy_checkpoints(*whole, last, *part);
  verify(*part, from, last, retained);
  part->close();
  whole->close();
  verify_files(work.whole, restore, from, key);
  return {work.part, *checkpoint, cosigned_up_to(last, restore, from)};
}

fs::path free_name_beside(const fs::path& folder) {
  unsigned number = 1;
  while (fs::exists(fmt::format("{}.replaced-{}", folder.string(), number))) ++number;
  return fmt::format("{}.replaced-{}", folder.string(), number);
}

// What was there is kept, under a name that nothing has.
fs::path set_aside(const fs::path& folder) {
  if (!fs::exists(folder)) return {};
  const fs::path aside = free_name_beside(folder);
  fs::rename(folder, aside);
  return aside;
}

// The checkpoint in a file beside the store's log, where it is one that the log's key signed.
std::optional<LogHead> checkpoint_beside(const fs::path& store, std::string_view name) {
  if (!fs::exists(store / "log.vkey") || !fs::exists(store / name)) return std::nullopt;
  try {
    const auto checkpoint = open_checkpoint(read_whole_file(store / name), read_public_log_key(store));
    return checkpoint ? std::optional{LogHead{checkpoint->size, checkpoint->root}} : std::nullopt;
  } catch (const std::runtime_error&) {
    return std::nullopt;  // Damaged: it is set aside, and that of the restored log takes its place.
  }
}

// What is beside the log stays where the log has it; else it is kept under another name, and that of the backup takes its place.
void put_beside(const fs::path& store, std::string_view name, Position head, const std::string& restored) {
  const auto beside = checkpoint_beside(store, name);
  if (beside && beside->position <= head) return;
  const fs::path file = store / name;
  if (fs::exists(file)) fs::copy_file(file, free_name_beside(file));
  if (restored.empty()) {
    fs::remove(file);
  } else {
    replace_file(file, restored);
  }
}

// The durable head goes last, and at once: as long as the former one is there, it keeps whoever begins again from losing what it knows.
void put_in_place(const fs::path& store, const fs::path& backup, const Ready& ready_log, Position head) {
  const fs::path& ready = ready_log.log;
  fs::rename(ready, store / "log");
  if (!fs::exists(store / "log.vkey")) replace_file(store / "log.vkey", read_whole_file(backup / "log.vkey"));
  put_beside(store, "checkpoint", head, ready_log.checkpoint);
  put_beside(store, "cosigned", head, ready_log.cosigned);
  if (fs::exists(store / "head")) fs::copy_file(store / "head", free_name_beside(store / "head"));
  fs::rename(Workplace::head_of(ready), store / "head");
}

// A log is put back whatever has become of the vault.
std::unique_ptr<Store> open_to_record(const fs::path& store, const StoreOptions& options, bool needs_vault) {
  try {
    return std::make_unique<Store>(store, options);
  } catch (const VaultError&) {
    if (needs_vault) throw;
  }
  StoreOptions without = options;
  without.without_vault = true;
  return std::make_unique<Store>(store, without);
}

UnrecordedRestore to_record(RecordRestore what, const std::string& requested_by) {
  return {.command_id = "restore:" + IdSource{}.next_event().hex(), .what = std::move(what), .requested_by = requested_by};
}

// What was kept to be recorded.
void record(const fs::path& store, const StoreOptions& options, bool needs_vault) {
  options.on_step("record that it was restored");
  const std::unique_ptr<Store> open = open_to_record(store, options, needs_vault);
  open->sequencer();
  open->close();
}

// That it was restored is recorded and signed: without the key nothing is begun.
VerifierKey require_log_key(const fs::path& store, const fs::path& backup, const StoreOptions& options) {
  VerifierKey key = read_public_log_key(fs::exists(store / "log.vkey") ? store : backup);
  read_log_key(options.log_key_file.empty() ? store / "keys" / "log.key" : options.log_key_file, key, options.log_key_passphrase);
  return key;
}

}  // namespace

std::optional<LogHead> retained_head(const fs::path& store) {
  std::optional<LogHead> out = checkpoint_beside(store, "checkpoint");
  const auto take = [&out](const std::optional<LogHead>& other) {
    if (other && (!out || other->position > out->position)) out = other;
  };
  take(checkpoint_beside(store, "cosigned"));
  if (fs::exists(store / "head")) take(DurableHeadFile(store / "head", 0).read().head);
  return out;
}

RestoredLog plan_restore(const fs::path& store, const LogRestore& restore) {
  const std::vector<BackupManifest> all = backups_in(restore.backup);
  RestoredLog out{.from = chosen(all, restore)};
  if (restore.position && *restore.position > out.from.head.position)
    throw RestoreRefused(fmt::format("backup {} has positions up to {}", out.from.number, out.from.head.position));
  out.head = restore.position.value_or(out.from.head.position);
  const auto retained = retained_head(store);
  if (retained && retained->position > out.head) {
    out.former_head = retained->position;
    if (restore.statement.empty()) {
      throw RestoreRefused(
          fmt::format("positions {} to {} were durable in this store, and are not in what would be restored: say in words that "
                      "they are lost, and why (--accept-loss); it is recorded",
                      out.head + 1, out.former_head));
    }
  }
  return out;
}

RestoredLog restore_store(const fs::path& store, const LogRestore& restore, const StoreOptions& options) {
  fs::create_directories(store);
  std::optional<StoreLock> lock(std::in_place, store / "lock", options.holder);
  RestoredLog out = plan_restore(store, restore);
  const auto retained = retained_head(store);
  const VerifierKey key = require_log_key(store, restore.backup, options);
  const Workplace work(store);
  work.clear();
  restore_log(restore.backup / "log", out.from.number, work.whole);
  const Ready ready = prepare(work, restore, out.from, retained, key);
  const Position head = DurableHeadFile(Workplace::head_of(ready.log), 0).read().head.position;
  out.head = head;
  if (out.former_head <= out.head) out.former_head = 0;
  out.set_aside = set_aside(store / "log");
  // From here on there is no log but the restored one.
  keep_unrecorded_restore(
      store, to_record({.head = out.head, .former_head = out.former_head, .statement = restore.statement}, restore.requested_by));
  put_in_place(store, restore.backup, ready, head);
  work.clear();
  fs::remove_all(store / "views");
  fs::remove_all(store / "views.without-vault");
  if (!fs::exists(store / "STORE")) write_marker(store, {out.from.format, 1});
  lock.reset();
  record(store, options, false);
  return out;
}

RestoredVault restore_vault(const fs::path& store, const fs::path& backup, const std::string& requested_by, const StoreOptions& options) {
  RestoredVault out{.from = vault_manifest_in(backup)};
  const fs::path database = database_in_vault_backup(backup);
  const fs::path key = options.epoch_key_file.empty() ? store / "keys" / "epoch.key" : options.epoch_key_file;
  read_marker(store);
  {
    const StoreLock lock(store / "lock", options.holder);
    out.accounts = drill_epoch_key(database, read_epoch_key(key));
    const fs::path ready = store / "restoring.vault";
    fs::remove_all(ready);
    fs::copy(database, ready, fs::copy_options::recursive);
    fs::permissions(ready, fs::perms::owner_all);
    out.set_aside = set_aside(store / "vault");
    fs::rename(ready, store / "vault");
    fs::remove_all(store / "views");  // Names that the former vault did not have.
  }
  {
    Store open(store, options);
    const std::uint64_t done = open.vault().erasures_done();
    out.erasures = done > out.from.erasures ? done - out.from.erasures : 0;
    open.close();
  }
  keep_unrecorded_restore(store, to_record({.vault = true, .erasures = static_cast<std::uint32_t>(out.erasures)}, requested_by));
  record(store, options, true);
  return out;
}

}  // namespace muniment
