// An embedded store: a folder that holds the log, the vault and the views, and the threads that serve them. One process at a time.
//
//   STORE        what it is, its format (marker.h); INITIALIZING while it is being made
//   lock         who holds it (store_lock.h)
//   log/         the event log's database
//   head         the durable head
//   vault/       account keys and sealed personal data
//   keys/        the epoch key, which is in no backup of the others; the log's keys (log_key_files.h)
//   log.vkey     the public half of the log's key, with the log's origin, and behind it those of the keys before, newest first
//   checkpoint   the newest checkpoint that was signed
//   cosigned     the newest one that enough witnesses cosigned
//   archive      where the records are that were moved out of the log (archive.h)
//   log.url      the database that has the log instead of log/ (log_place.h); `head` is then the highest head that this node has seen
//   vault.url    the database that has the vault instead of vault/ (vault_place.h)
//   vault.seen   how much of that one this node has had acknowledged (vault_seen.h)
//   views/       the projections; names in the clear; may be deleted
//   vault.rehearsal/  a copy of the vault while its repair is rehearsed (StoreOptions::rehearses)
//
// Everything is wired here, so that the command line, the server, the benchmarks and the tests open a store in one line.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "commands/sequencer.h"
#include "events/log/rocks_log.h"
#include "events/log/verification.h"
#include "events/values/on_progress.h"
#include "events/vault/vault.h"
#include "projections/projector.h"
#include "tools/store/log_key_files.h"
#include "tools/store/marker.h"
#include "tools/store/notary.h"
#include "tools/store/store_lock.h"

namespace muniment {

class PostgresLog;
struct UnrecordedRestore;

struct StoreOptions {
  std::string holder = "muniment";  // Told to whoever finds the store locked.
  std::uint32_t format_supported = muniment::format_supported;
  Decider::Clock clock = system_now;
  bool neutral_usernames = false;  // For create() alone: generated usernames carry no letters of the person's name.
  SequencerOptions sequencer = {};
  // For create() alone: what the log calls itself in its checkpoints, such as example.com/audit (is_key_name). Empty: a random name.
  std::string origin = {};
  // Decisions go nowhere: what the vault is told is gone when it is closed. Nothing may be appended to the log. Where a damaged vault is
  // accepted besides, a copy of it is opened, which is gone when the store is closed: opening it is what cannot be undone.
  bool rehearses = false;
  // Where the epoch key is, if not in keys/: a folder that a service manager gives credentials in. Not for create().
  std::filesystem::path epoch_key_file = {};
  // The vault was lost: the log serves without it, names are unavailable, and what needs it is refused (vault_unavailable).
  bool without_vault = false;
  // The same of the log's key, and what opens it, if it was put under a passphrase.
  std::filesystem::path log_key_file = {};
  std::string log_key_passphrase = {};
  // Opens a vault whose newest entries are damaged, without them, or one in a database that lacks what was acknowledged: what was sealed
  // under a key among them is lost for good. The latter is on record from the next start.
  bool accepts_damaged_vault = false;
  // The database that has the log, if another URL of it than the store says: with a password, or by other hosts. Not for create().
  std::string log_url = {};
  // The same of the database that has the vault.
  std::string vault_url = {};
  // Of a log in a database: another node appends, and this one follows. It has neither the vault nor the log's key, and no sequencer. From
  // where it reads, if not from where it would append.
  bool follows = false;
  std::string read_log_url = {};
  // Roots that others say the log has had: it is not opened where it has not.
  std::vector<KnownRoot> known = {};
  // Where others reach this node, which the lease tells them.
  std::string address = {};
  // The log may have events of another node: the vault must have the keys of its newest accounts, or it is an older copy of the right one.
  // Of one in a database that is always looked at.
  bool takes_over = false;
  // Where the archived records are, if not where the store says.
  std::filesystem::path archive = {};
  // Of opening it after a crash, of carrying out erasures, and of what restores it and rotates its keys.
  OnProgress on_progress = {};
  // For tests of what a crash leaves: called before each step of making, upgrading and restoring a store, of erasing and of rotating a key.
  std::function<void(std::string_view step)> on_step = [](std::string_view) {};
};

// A store cannot be made in a folder that holds something else.
struct FolderTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Store {
 public:
  // Makes an empty store in a new or empty folder, with its first enrolment officer and the shipped catalogue. If that is cut off at any
  // point, the same call begins again. Throws FolderTaken, StoreBusy, and what a file system throws.
  static void create(const std::filesystem::path& folder, const std::string& officer, const StoreOptions& options = {});
  // Throws FolderTaken where create() would.
  static void require_free(const std::filesystem::path& folder);

  // Throws NotAStore, StoreDamaged, StoreTooNew, StoreBusy, LogDamaged, VaultError; for a log in a database LogInUse, LogFailed,
  // BadPostgresUrl, and LogElsewhere or VaultElsewhere where a URL is given and the one or the other is in the folder. The log must hold
  // what its newest checkpoint says.
  explicit Store(const std::filesystem::path& folder, const StoreOptions& options = {});
  ~Store();  // Without close() the store looks as after a crash: nothing is lost, and the next open checks it.
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  ProvenLog& log() { return *log_; }
  // The log as it is in the store's folder. Throws LogElsewhere for one in a database: `what` cannot be done then.
  RocksLog& log_in_folder(const std::string& what);
  // Null: the log is in a database.
  const RocksLog* log_in_folder() const { return log_in_folder_; }
  // Null: it is in the store's folder.
  const PostgresLog* log_in_database() const { return log_in_database_; }
  bool follows() const { return options_.follows; }
  Vault& vault() { return *vault_; }
  // Opened, and not following the log by itself: catch_up() or start() it.
  Projector& projector();
  Views& views();
  // Not of one that follows. Started when first asked for, and the notary with it. An upgrade, a rotation of the epoch key or a restoring
  // that was cut off before it was recorded is recorded then. Throws LogKeyError: what cannot be signed is not to be recorded.
  Sequencer& sequencer();
  // Signs the log's checkpoints from when it is first asked for; of a store that follows, shows those that another signs. A rotation of the
  // log's key that was cut off is completed then, or undone where it was not recorded. Throws LogKeyError.
  Notary& notary();
  // By a rotation of the epoch key that opening the store has completed.
  std::size_t keys_wrapped_anew() const { return keys_wrapped_anew_; }
  const VerifierKey& log_key() const { return log_keys_->newest(); }
  const KeyChain& log_keys() const { return *log_keys_; }
  const StoreMarker& marker() const { return marker_; }
  const std::filesystem::path& folder() const { return folder_; }

  // The personal part of an event, opened. Nothing where it has none, or the vault has no key for it.
  std::optional<Personal> open_personal(schema::Event::Reader event);
  // Whether the person was erased, as far as the log says now. One thread at a time.
  bool is_erased(const AccountId& account);

  // Carries out the erasures that the log records and the vault has not seen, all of them where it has seen those of another history:
  // destroys the keys, and takes what is erased out of every file of the vault and of the views. Done when a store is opened, so that one
  // that was cut off is completed before anything is served.
  // Returns how many there were. Thread-safe. Throws what the vault and the views throw.
  std::size_t carry_out_erasures();

  // What `upgrade` would do, as a sentence; empty: nothing. Then does it, recorded, unless it is a dry run. If it is cut off, the next call
  // or the next start of the sequencer completes it.
  std::string upgrade(bool dry_run);

  // Stops the sequencer, signs the last checkpoint, flushes and closes everything in order. Idempotent.
  void close();

 private:
  Store(const std::filesystem::path& folder, StoreOptions options, std::unique_ptr<StoreLock> lock, const std::optional<StoreMarker>& made);
  void open_log();
  void open_vault();
  void complete_epoch_rotation(const std::filesystem::path& key);
  std::unique_ptr<VaultStore> open_entries() const;
  std::optional<Position> newest_without_key() const;
  void require_newest_keys() const;
  void note_loss_in_database(std::uint64_t seen) const;
  void drop_views_with_names_erased_elsewhere();
  std::filesystem::path views_folder() const;
  LogSigners log_signers();
  void complete_log_key_rotation(const LogKeyFiles& files);
  void destroy_former_log_key(const LogKeyFiles& files);
  LogKeyFiles log_key_files() const;
  void record_restores();
  bool is_unrecorded(const UnrecordedRestore& restore) const;
  void record_restore(const UnrecordedRestore& restore);
  void record_rotation();
  bool has_unrecorded_upgrade() const;
  void record_upgrade();

  std::filesystem::path folder_;
  StoreOptions options_;
  StoreMarker marker_;
  std::unique_ptr<StoreLock> lock_;
  std::vector<VerifierKey> listed_log_keys_;  // In log.vkey.
  std::unique_ptr<ProvenLog> log_;
  RocksLog* log_in_folder_ = nullptr;  // The same, where it is one.
  PostgresLog* log_in_database_ = nullptr;
  std::vector<LogKeyRotation> log_key_rotations_;
  std::optional<KeyChain> log_keys_;  // Always there once it is open.
  std::unique_ptr<Vault> vault_;
  std::size_t keys_wrapped_anew_ = 0;
  std::unique_ptr<Views> views_;
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<Notary> notary_;
  std::unique_ptr<Sequencer> sequencer_;
  Sealer sealer_;
  std::mutex erasing_;
  std::unordered_set<AccountId> erased_;  // By the erasures up to this version.
  Version erased_known_ = 0;
};

// What the log of a store is checked against before anything is believed of it: its public key, and its newest checkpoint beside it.
// Throw StoreDamaged when the file is missing or is none, LogDamaged when the checkpoint is not the log's.
VerifierKey read_public_log_key(const std::filesystem::path& store);
// And those before it, newest first. Whether the log records them so is to be seen there.
std::vector<VerifierKey> read_public_log_keys(const std::filesystem::path& store);
void write_public_log_keys(const std::filesystem::path& store, const KeyChain& keys);
LogHead read_newest_checkpoint(const std::filesystem::path& store, const VerifierKey& key);
// The last position that a checkpoint covers which others than the log have signed, as the node left it; 0: none. Whether they are the
// witnesses that are needed, the node's policy said then: here it is taken on the file's word.
Position read_witnessed(const std::filesystem::path& store, const KeyChain& keys);
// The head in that checkpoint, whoever signed it besides the log: the log has been so long, and had that root. Nothing where there is none.
std::optional<LogHead> read_cosigned(const std::filesystem::path& store, std::span<const VerifierKey> keys);
// The file that says where the store's archived records are: a line with the path of a folder. Absent: none were archived.
std::filesystem::path archive_file_of(const std::filesystem::path& store);
// Says so. Throws std::system_error.
void name_archive_in(const std::filesystem::path& store, const std::filesystem::path& archive);
// Empty: nothing says so.
std::filesystem::path read_archive_folder(const std::filesystem::path& store);
// Where the log of a store is, and its archive.
RocksLogOptions log_options_of(const std::filesystem::path& store);

}  // namespace muniment
