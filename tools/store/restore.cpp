#include "tools/store/restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/log/durable_head.h"
#include "events/log/log_backups.h"
#include "events/proof/tree.h"
#include "events/vault/format.h"
#include "events/vault/rotation.h"
#include "events/vault/store.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key_files.h"
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
  if (oldest == all.end()) throw RestoreRefused(fmt::format("{}: there is no such backup", restore.backup.string()));
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

// A head that the records have to lead to, as far as they go.
struct Expected {
  LogHead head;
  bool is_of_backup = false;  // Said by the backup of itself; else known of the log elsewhere.
  std::string what;
};

// Throws LogDamaged where the backup is not what it says, RestoreRefused where it is of another history.
void verify(const EventLog& log, std::uint32_t number, std::vector<Expected> expected) {
  expected.push_back({log.head(0), true, "its tree"});
  std::erase_if(expected, [&](const Expected& one) { return one.head.position > log.head(0).position; });
  std::vector<Position> positions;
  for (const Expected& one : expected) positions.push_back(one.head.position);
  const std::vector<Hash> roots = roots_at(log, positions);
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

// The keys that are known of the log, newest first: the store's, or where it has none the backup's.
std::vector<VerifierKey> known_keys(const fs::path& store, const fs::path& backup) {
  return read_public_log_keys(fs::exists(store / "log.vkey") ? store : backup);
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

// A log that was put together, closed, the newest checkpoint that it keeps, and its keys.
struct Ready {
  fs::path log;
  std::string checkpoint;
  KeyChain keys;
};

// Verifies what was put together, cuts it to the position that was asked for, and says where it is.
Ready prepare(const Workplace& work, const LogRestore& restore, const BackupManifest& from, const std::vector<VerifierKey>& keys,
              const std::vector<KnownHead>& known) {
  DurableHeadFile::create(Workplace::head_of(work.whole), 0);
  DurableHeadFile(Workplace::head_of(work.whole), 0).write(from.head, false);
  const auto whole = RocksLog::open(options_of(work.whole));
  const Position last = restore.position.value_or(whole->head(0).position);
  const std::optional<std::string> checkpoint = whole->checkpoint_at_most(last);
  if (!checkpoint) throw LogDamaged(fmt::format("backup {} keeps no checkpoint up to position {}; use another backup", from.number, last));
  Ready ready{work.whole, *checkpoint, keys_of(*whole, from.number, keys)};
  const std::vector<Expected> expected = expected_of(from, *checkpoint, ready.keys, known);
  verify(*whole, from.number, expected);
  if (last < whole->head(0).position) {
    const auto part = RocksLog::create(options_of(work.part));
    copy_up_to(*whole, last, *part);
    copy_checkpoints(*whole, last, *part);
    verify(*part, from.number, expected);
    ready.log = work.part;
    ready.keys = keys_of(*part, from.number, keys);
    part->close();
  }
  whole->close();
  return ready;
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

// The checkpoint in a file, where it is one that one of these keys signed.
std::optional<LogHead> checkpoint_in(const fs::path& file, std::span<const VerifierKey> keys) {
  if (!fs::exists(file)) return std::nullopt;
  const auto checkpoint = open_checkpoint(read_whole_file(file), keys);
  if (!checkpoint) return std::nullopt;  // Damaged: it is set aside, and that of the restored log takes its place.
  return LogHead{checkpoint->size, checkpoint->root};
}

std::optional<LogHead> durable_head_in(const fs::path& store) {
  if (!fs::exists(store / "head")) return std::nullopt;
  try {
    return DurableHeadFile(store / "head", 0).read().head;
  } catch (const LogDamaged&) {
    return std::nullopt;  // It is what is to be mended; the checkpoints say how far the log was.
  }
}

void keep_copy_of(const fs::path& file) {
  if (fs::exists(file)) fs::copy_file(file, free_name_beside(file));
}

void put_keys_in_place(const fs::path& store, const KeyChain& keys) {
  const fs::path file = store / "log.vkey";
  if (fs::exists(file) && read_public_log_key(store) == keys.newest()) return;
  keep_copy_of(file);
  write_public_log_keys(store, keys);
}

// A store is not opened where its newest checkpoint is none that the key in use signed.
void put_checkpoint_in_place(const fs::path& store, const Ready& ready, Position head) {
  const auto beside = checkpoint_in(store / "checkpoint", std::span(&ready.keys.newest(), 1));
  if (beside && beside->position <= head) return;
  keep_copy_of(store / "checkpoint");
  replace_file(store / "checkpoint", ready.checkpoint);
}

// No witness has seen what comes now.
void set_aside_if_beyond(const fs::path& cosigned, const std::vector<VerifierKey>& keys, Position head) {
  const auto checkpoint = checkpoint_in(cosigned, keys);
  if (!checkpoint || checkpoint->position > head) set_aside(cosigned);
}

// The durable head goes last, and at once: as long as the former one is there, it keeps whoever begins again from losing what it knows.
void put_in_place(const fs::path& store, const Ready& ready, Position head, const StoreOptions& options) {
  fs::rename(ready.log, store / "log");
  options.on_step("put its checkpoint in its place");
  put_keys_in_place(store, ready.keys);
  put_checkpoint_in_place(store, ready, head);
  set_aside_if_beyond(store / "cosigned", read_public_log_keys(store), head);
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

void record_vault(Store& store, std::uint64_t erasures, const std::string& requested_by) {
  Submission submission{
      .command = {.body = RecordRestore{.vault = true, .erasures = static_cast<std::uint32_t>(erasures)}, .type = "record_restore"},
      .source = schema::Source::NODE};
  submission.command.request.command_id = "restore:" + IdSource{}.next_event().hex();
  submission.command.request.actor = Principal::node();
  submission.command.request.requested_by = requested_by;
  submission.command.content.assign(submission.command.type.begin(), submission.command.type.end());
  const Answer answer = store.sequencer().ask(std::move(submission));
  if (answer.status != Answer::Status::accepted)
    throw std::runtime_error("recording that the vault was restored failed: " + answer.failure);
}

// Erasures are counted, and those that the backup counts may be others than the log's first ones: of a log that was put back to before
// them.
void carry_all_erasures_out_again(const fs::path& database) {
  VaultStore vault(database, {});
  StoreWrites none;
  none.remove(vault_format::erasures_key);
  vault.write(none);
  vault.close();
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

}  // namespace

std::vector<KnownHead> known_heads(const fs::path& store, const LogRestore& restore) {
  const std::vector<VerifierKey> keys = known_keys(store, restore.backup);
  std::vector<KnownHead> out;
  const auto add = [&](const std::optional<LogHead>& head, std::string what) {
    if (head && head->position > 0) out.push_back({*head, std::move(what)});
  };
  add(durable_head_in(store), "the store's durable head");
  add(checkpoint_in(store / "checkpoint", keys), "the store's checkpoint");
  add(checkpoint_in(store / "cosigned", keys), "the checkpoint that witnesses cosigned");
  if (const auto unrecorded = read_unrecorded_restore(store))
    add(unrecorded->former, "what was lost by a restoring that is not recorded yet");
  for (const fs::path& file : restore.checkpoints) {
    const auto checkpoint = open_checkpoint(read_whole_file(file), keys);
    if (!checkpoint)
      throw RestoreRefused(fmt::format("{}: no checkpoint that the log's key signed: {}", file.string(), name(checkpoint.error())));
    add(LogHead{checkpoint->size, checkpoint->root}, file.string());
  }
  return out;
}

RestoredLog plan_restore(const fs::path& store, const LogRestore& restore) {
  const std::vector<BackupManifest> all = backups_in(restore.backup);
  RestoredLog out{.from = chosen(all, restore)};
  if (restore.position && *restore.position > out.from.head.position)
    throw RestoreRefused(fmt::format("backup {} has positions up to {}", out.from.number, out.from.head.position));
  out.head = restore.position.value_or(out.from.head.position);
  for (const KnownHead& known : known_heads(store, restore)) {
    if (known.head.position > std::max(out.head, out.former.position)) out.former = known.head;
  }
  if (out.former.position != 0 && restore.statement.empty()) {
    throw RestoreRefused(
        fmt::format("positions {} to {} were durable in this store, and are not in what would be restored: say in words that they are "
                    "lost, and why (--accept-loss); it is recorded",
                    out.head + 1, out.former.position));
  }
  return out;
}

RestoredLog restore_store(const fs::path& store, const LogRestore& restore, const StoreOptions& options) {
  fs::create_directories(store);
  std::optional<StoreLock> lock(std::in_place, store / "lock", options.holder);
  RestoredLog out = plan_restore(store, restore);
  const std::vector<VerifierKey> known = known_keys(store, restore.backup);
  const LogKeyFiles files(store, options.log_key_file, options.log_key_passphrase);
  require_log_key(files, known);
  const Workplace work(store);
  work.clear();
  restore_log(restore.backup / "log", out.from.number, work.whole);
  const Ready ready = prepare(work, restore, out.from, known, known_heads(store, restore));
  require_key_of(files, ready, known);
  out.head = DurableHeadFile(Workplace::head_of(ready.log), 0).read().head.position;
  if (out.former.position <= out.head) out.former = {};
  options.on_step("set the former log aside");
  out.set_aside = set_aside(store / "log");
  options.on_step("note what is to be recorded");
  write_unrecorded_restore(store, {.what = {.head = out.head, .statement = out.former.position != 0 ? restore.statement : std::string{}},
                                   .former = out.former,
                                   .requested_by = restore.requested_by});
  options.on_step("put the log in its place");
  put_in_place(store, ready, out.head, options);
  work.clear();
  fs::remove_all(store / "views");
  fs::remove_all(store / "views.without-vault");
  if (!fs::exists(store / "STORE")) write_marker(store, {out.from.format, 1});
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
  {
    const StoreLock lock(store / "lock", options.holder);
    out.accounts = drill_epoch_key(database, read_epoch_key(key));
    const fs::path ready = store / "restoring.vault";
    fs::remove_all(ready);
    fs::copy(database, ready, fs::copy_options::recursive);
    fs::permissions(ready, fs::perms::owner_all);
    carry_all_erasures_out_again(ready);
    sync_files_in(ready);
    out.set_aside = set_aside(store / "vault");
    fs::rename(ready, store / "vault");
    fs::remove_all(store / "views");  // Names that the former vault did not have.
  }
  Store open(store, options);
  const std::uint64_t done = open.vault().erasures_done();
  out.erasures = done > out.from.erasures ? done - out.from.erasures : 0;
  record_vault(open, out.erasures, requested_by);
  open.close();
  return out;
}

}  // namespace muniment
