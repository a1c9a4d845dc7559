#include "tools/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "events/log/postgres_log.h"
#include "events/values/assert.h"
#include "events/values/text.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/rotation.h"
#include "tools/store/durable_file.h"
#include "tools/store/epoch_rotation.h"
#include "tools/store/erasure_state.h"
#include "tools/store/key_file.h"
#include "tools/store/log_key.h"
#include "tools/store/log_place.h"
#include "tools/store/unrecorded_restore.h"
#include "tools/store/vault_place.h"
#include "tools/store/vault_seen.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

fs::path epoch_key_file(const fs::path& folder) { return folder / "keys" / "epoch.key"; }
fs::path log_key_file(const fs::path& folder) { return folder / "keys" / "log.key"; }
fs::path public_log_key_file(const fs::path& folder) { return folder / "log.vkey"; }
fs::path checkpoint_file(const fs::path& folder) { return folder / "checkpoint"; }

constexpr std::string_view lock_name = "lock";
constexpr std::array<std::string_view, 7> part_names{"log", "head", "vault", "keys", "views", "log.vkey", "checkpoint"};
constexpr std::string_view views_without_vault = "views.without-vault";

// The name of the file that a cut-off replace_file() was to write.
std::string without_new(std::string name) {
  constexpr std::string_view suffix = ".new";
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

// Nobody else's: .invalid is reserved.
std::string random_origin() {
  std::array<Byte, 8> bytes{};
  fill_random(bytes);
  return "muniment.invalid/" + to_hex(bytes);
}

constexpr std::string_view rehearsed_vault = "vault.rehearsal";

void copy_vault(const fs::path& from, const fs::path& to) {
  make_private_folder(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

Submission by_node(std::string id, std::string_view type, CommandBody body) {
  Submission out{.command = {.body = std::move(body), .type = type}, .source = schema::Source::NODE};
  out.command.request.command_id = std::move(id);
  out.command.request.actor = Principal::node();
  out.command.content.assign(type.begin(), type.end());
  return out;
}

void require(const Answer& answer, std::string_view what) {
  if (answer.is_unread) throw LogDamaged(answer.damage);
  if (answer.status != Answer::Status::accepted && answer.status != Answer::Status::unchanged) {
    throw std::runtime_error(fmt::format("{} failed: {}", what, answer.failure));
  }
}

// Tells equal values from others, to whoever has the vault's key. 0: there is none.
std::uint64_t number_of(Vault& vault, std::string_view kind, std::string_view value) {
  if (value.empty()) return 0;
  const Fingerprint fingerprint = vault.fingerprint(bytes_of(std::string{kind} + '\0' + std::string{value}));
  std::uint64_t out = 0;
  std::memcpy(&out, fingerprint.data(), sizeof(out));
  return out | 1;
}

OpenedPersonal shown(Personal personal, Vault& vault) {
  OpenedPersonal out{.last_name = std::move(personal.profile.last_name),
                     .first_name = std::move(personal.profile.first_name),
                     .middle_initial = std::move(personal.profile.middle_initial)};
  out.email = number_of(vault, "email", search_key(personal.profile.email));
  out.birth_day = number_of(vault, "birth day", personal.profile.birth_day);
  out.place = number_of(vault, "place", search_key(personal.place));
  return out;
}

// The PIN that the event set, as long as the account has it.
std::uint64_t pin_number(Vault& vault, schema::Event::Reader event) {
  const auto fact = event.getFact();
  const bool sets_pin = fact.isAccountCreated() || fact.isSubordinateCreated() || fact.isPinChanged();
  if (!sets_pin || !has_account(event) || vault.is_lost()) return 0;
  return number_of(vault, "pin", vault.pin(account_id_of(event), event_id_of(event)).value_or(""));
}

std::optional<Personal> open_with(Vault& vault, Sealer& sealer, schema::Event::Reader event) {
  if (!event.hasSealed() || !has_account(event)) return std::nullopt;
  const AccountId account = account_id_of(event);
  const auto key = vault.account_key(account);
  if (!key) return std::nullopt;
  const auto opened = sealer.open(*key, account, event_id_of(event), bytes_of(event.getSealed()));
  if (!opened)
    throw LogDamaged(
        fmt::format("the sealed part of event {} does not open: {}; verify the log", event.getPosition(), name_of(opened.error())));
  return Personal::from_bytes(*opened);
}

// The folder of another store that this one would be in, and be backed up, moved and removed with; empty: none.
fs::path store_around(const fs::path& folder) {
  const auto is_store = [](const fs::path& around) {
    try {
      read_marker(around);
      return true;
    } catch (const StoreTooNew&) {
      return true;
    } catch (const std::exception&) {
      return false;
    }
  };
  const fs::path whole = fs::weakly_canonical(fs::absolute(folder));
  for (fs::path around = whole.parent_path(); around != around.parent_path(); around = around.parent_path()) {
    if (is_store(around)) return around;
  }
  return {};
}

// Where the vault was put back last, as the log says: what it lacks of what is before is on record.
Position last_restored_vault(const ProvenLog& log) {
  Position last = 0;
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    if (fact.isStoreRestored() && fact.getStoreRestored().getVault()) last = position;
    return true;
  });
  return last;
}

std::unique_ptr<StoreLock> lock_store(const fs::path& folder, const StoreOptions& options) {
  read_marker(folder, options.format_supported);  // Nothing is written into a folder that is no store.
  return std::make_unique<StoreLock>(folder / lock_name, options.holder);
}

}  // namespace

fs::path archive_file_of(const fs::path& store) { return store / "archive"; }

void name_archive_in(const fs::path& store, const fs::path& archive) {
  replace_file(archive_file_of(store), fs::weakly_canonical(fs::absolute(archive)).string() + '\n');
}

fs::path read_archive_folder(const fs::path& store) {
  const auto text = read_file_if_any(archive_file_of(store));
  if (!text) return {};
  const std::string line = text->substr(0, text->find('\n'));
  if (line.empty() || line.find('\0') != std::string::npos)
    throw StoreDamaged(fmt::format("{} is damaged: expected the path of a folder; restore it, or tell the store where its archive is",
                                   archive_file_of(store).string()));
  return line;
}

RocksLogOptions log_options_of(const fs::path& store) {
  return {.folder = store / "log", .head_file = store / "head", .archive = read_archive_folder(store)};
}

VerifierKey read_public_log_key(const fs::path& store) { return read_public_log_keys(store).front(); }

std::vector<VerifierKey> read_public_log_keys(const fs::path& store) {
  const fs::path file = public_log_key_file(store);
  std::string text;
  try {
    text = read_whole_file(file);
  } catch (const std::system_error& error) {
    throw StoreDamaged(
        fmt::format("{} cannot be read, and nothing tells the log's own checkpoints from others: {}; restore it from a backup",
                    file.string(), error.code().message()));
  }
  std::vector<VerifierKey> keys;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto key = VerifierKey::parse(rest.substr(0, end));
    if (!key || key->type != SignatureType::ed25519)
      throw StoreDamaged(fmt::format("{} holds no key of a log; restore it from a backup", file.string()));
    keys.push_back(*key);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (keys.empty()) throw StoreDamaged(fmt::format("{} holds no key of a log; restore it from a backup", file.string()));
  return keys;
}

void write_public_log_keys(const fs::path& store, const KeyChain& keys) {
  std::string text;
  for (auto turn = keys.turns().rbegin(); turn != keys.turns().rend(); ++turn) text += turn->key.text() + '\n';
  replace_file(public_log_key_file(store), text);
}

LogHead read_newest_checkpoint(const fs::path& store, const VerifierKey& key) {
  const fs::path file = checkpoint_file(store);
  std::string note;
  try {
    note = read_whole_file(file);
  } catch (const std::system_error& error) {
    throw StoreDamaged(
        fmt::format("{} cannot be read, and nothing tells whether the log is as long as it was: {}; restore it from a backup",
                    file.string(), error.code().message()));
  }
  const auto checkpoint = open_checkpoint(note, key);
  if (!checkpoint) {
    throw LogDamaged(fmt::format("{} is no checkpoint that the log's key signed: {}; restore it from a backup", file.string(),
                                 name(checkpoint.error())));
  }
  return {checkpoint->size, checkpoint->root};
}

Position read_witnessed(const fs::path& store, const KeyChain& keys) {
  const auto bytes = read_file_if_any(store / "cosigned");
  const auto note = bytes ? Note::parse(*bytes) : std::nullopt;
  const auto checkpoint = keys.open(bytes.value_or(""));
  if (!note || !checkpoint) return 0;
  // Whose key it is only the node's policy says; without one of another name nobody but the log has signed.
  const bool has_cosignature =
      std::ranges::any_of(note->signatures, [&](const NoteSignature& one) { return one.name != checkpoint->origin; });
  return has_cosignature ? checkpoint->size : 0;
}

std::optional<LogHead> read_cosigned(const fs::path& store, std::span<const VerifierKey> keys) {
  const auto bytes = read_file_if_any(store / "cosigned");
  if (!bytes) return std::nullopt;
  const auto checkpoint = open_checkpoint(*bytes, keys);
  return checkpoint ? std::optional(LogHead{checkpoint->size, checkpoint->root}) : std::nullopt;
}

// What a making that was cut off leaves is no obstacle, and neither is its lock file alone.
void Store::require_free(const fs::path& folder) {
  if (const fs::path around = store_around(folder); !around.empty())
    throw FolderTaken(fmt::format("{} is in the folder of the store {}: name one elsewhere", folder.string(), around.string()));
  if (!fs::exists(folder)) return;
  const bool is_ours = is_unfinished(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = without_new(entry.path().filename().string());
    if (name == lock_name || entry.path().filename() == std::string{unfinished_marker_name} + ".new") continue;
    if (is_ours && (name == unfinished_marker_name || std::find(part_names.begin(), part_names.end(), name) != part_names.end())) continue;
    throw FolderTaken(fmt::format("{} is not empty: name a new folder for the store", folder.string()));
  }
}

void Store::create(const fs::path& folder, const std::string& officer, const StoreOptions& options) {
  require_free(folder);
  make_private_folder(folder);
  fs::permissions(folder, fs::perms::owner_all);
  auto lock = std::make_unique<StoreLock>(folder / lock_name, options.holder);
  require_free(folder);  // Again: another may have held the lock and made a store.
  const StoreMarker marker{options.format_supported, options.format_supported};
  options.on_step("mark the folder as unfinished");
  begin_marker(folder, marker);
  options.on_step("clear what an unfinished store left");
  for (const std::string_view part : part_names) {
    fs::remove_all(folder / part);
    fs::remove(folder / (std::string{part} + ".new"));
  }
  options.on_step("make the vault");
  make_private_folder(folder / "keys");
  Vault::create(folder / "vault", epoch_key_file(folder));
  options.on_step("make the log's key");
  const VerifierKey log_key = create_log_key(log_key_file(folder), options.origin.empty() ? random_origin() : options.origin);
  write_public_log_keys(folder, KeyChain(log_key));
  options.on_step("make the log");
  {
    const auto log = RocksLog::create(log_options_of(folder));
    Notary(*log, read_log_key(log_key_file(folder), log_key, {}), checkpoint_file(folder)).stop();
    log->close();
  }
  options.on_step("open it");
  Store store(folder, options, std::move(lock), marker);
  options.on_step("record its beginning");
  require(
      store.sequencer().ask(by_node("initialize", "initialize_store", InitializeStore{marker.format, officer, options.neutral_usernames})),
      "initializing the store");
  options.on_step("make it a store");
  finish_marker(folder);
  options.on_step("close it");
  store.close();
}

Store::Store(const fs::path& folder, const StoreOptions& options) : Store(folder, options, lock_store(folder, options), std::nullopt) {}

Store::Store(const fs::path& folder, StoreOptions options, std::unique_ptr<StoreLock> lock, const std::optional<StoreMarker>& made)
    : folder_(folder),
      options_(std::move(options)),
      marker_(made ? *made : read_marker(folder, options_.format_supported)),
      lock_(std::move(lock)),
      listed_log_keys_(read_public_log_keys(folder)) {
  options_.without_vault |= options_.follows;
  open_log();
  log_key_rotations_ = log_key_rotations(*log_);
  log_keys_ = recorded_log_keys(log_key_rotations_, listed_log_keys_).chain;
  try {
    open_vault();
  } catch (...) {
    if (log_in_database_ != nullptr) log_->close();  // Another node may have the vault for which this one is not the right one.
    throw;
  }
  const bool may_others_have_erased =
      options_.takes_over || (!read_vault_url(folder_).empty() && !vault_->is_lost() && !options_.rehearses);
  if (may_others_have_erased) drop_views_with_names_erased_elsewhere();
  if (!options_.rehearses) carry_out_erasures();
}

void Store::open_log() {
  const LogHead newest = read_newest_checkpoint(folder_, listed_log_keys_.front());
  const auto cosigned = read_cosigned(folder_, listed_log_keys_);
  const std::string named = read_log_url(folder_);
  if (named.empty() && options_.follows)
    throw LogElsewhere(fmt::format("the log of {} is in its own folder, where nobody else can append to it: there is nothing to follow",
                                   folder_.string()));
  if (named.empty() && !options_.log_url.empty())
    throw LogElsewhere(fmt::format("the log of {} is in its own folder, and a database is named for it: `muniment migrate` moves it there",
                                   folder_.string()));
  if (!named.empty()) {
    const std::string url = options_.log_url.empty() ? named : options_.log_url;
    const bool reads_elsewhere = options_.follows && !options_.read_log_url.empty();
    PostgresLogOptions options{.url = PostgresUrl(reads_elsewhere ? options_.read_log_url : url),
                               .head_file = folder_ / "head",
                               .holder = node_name_of(folder_),
                               .address = options_.address,
                               .known = {{newest, "the checkpoint beside the store"}},
                               .follows = options_.follows};
    if (cosigned) options.known.push_back({*cosigned, "the checkpoint that witnesses cosigned"});
    options.known.insert(options.known.end(), options_.known.begin(), options_.known.end());
    auto log = PostgresLog::open(options);
    log_in_database_ = log.get();
    log_ = std::move(log);
    return;
  }
  RocksLogOptions options = log_options_of(folder_);
  options.checkpoint = newest;
  if (cosigned && cosigned->position > newest.position)
    options.checkpoint = cosigned;  // The checkpoint beside the log was put back, and what others have seen was left.
  if (!options_.archive.empty()) options.archive = options_.archive;
  options.on_progress = options_.on_progress;
  auto log = RocksLog::open(options);
  log_in_folder_ = log.get();
  log_ = std::move(log);
}

// The vault that nodes share says that they are carried out, and it does not know the files of this node.
void Store::drop_views_with_names_erased_elsewhere() {
  Position last = 0;
  log_->read_stream(0, StreamName::single(schema::StreamKind::ERASURES), 1, [&](Position position, RecordWords) {
    last = position;
    return true;
  });
  if (last == 0 || !fs::exists(views_folder())) return;
  const Views& there = views();
  const bool has_taken_it_in = std::ranges::all_of(all_projections, [&](ProjectionKind kind) { return there.position(kind) >= last; });
  if (has_taken_it_in) return;
  projector_.reset();
  views_.reset();
  fs::remove_all(views_folder());
}

RocksLog& Store::log_in_folder(const std::string& what) {
  if (log_in_folder_ == nullptr) require_log_in_folder(folder_, what);
  return *log_in_folder_;
}

void Store::open_vault() {
  if (options_.without_vault) {
    vault_ = std::make_unique<Vault>(LostVault{});
    return;
  }
  const bool is_in_database = !read_vault_url(folder_).empty();
  const bool accepts_loss_there = is_in_database && options_.accepts_damaged_vault;
  const std::uint64_t seen = accepts_loss_there ? read_vault_seen(folder_) : 0;
  const fs::path key = options_.epoch_key_file.empty() ? epoch_key_file(folder_) : options_.epoch_key_file;
  if (has_next_epoch_key(key)) complete_epoch_rotation(key);
  const auto is_used = [this](const AccountId& id) { return log_->stream_version(0, StreamName::account(id)) > 0; };
  vault_ = std::make_unique<Vault>(open_entries(), read_private_epoch_key(key), is_used);
  if (accepts_loss_there && !options_.rehearses) note_loss_in_database(seen);
  if (!accepts_loss_there && (is_in_database || options_.takes_over)) require_newest_keys();
  fs::remove_all(folder_ / views_without_vault);
}

// It reads the vault first: what is damaged has to be dropped before, which opening it does. No rehearsal may.
void Store::complete_epoch_rotation(const fs::path& key) {
  const bool drops_damage = options_.accepts_damaged_vault && !options_.rehearses;
  const auto entries = open_vault_entries(folder_, {.url = options_.vault_url, .accepts_damaged_tail = drops_damage});
  keys_wrapped_anew_ = complete_rotation(*entries, key, options_.on_step, options_.on_progress);
  entries->close();
}

std::unique_ptr<VaultStore> Store::open_entries() const {
  fs::remove_all(folder_ / rehearsed_vault);  // Of a rehearsal that was killed: it may have keys that were destroyed since.
  const bool is_copied = options_.rehearses && options_.accepts_damaged_vault && read_vault_url(folder_).empty();
  if (!is_copied) {
    return open_vault_entries(
        folder_, {.url = options_.vault_url, .accepts_damaged_tail = options_.accepts_damaged_vault, .keeps_nothing = options_.rehearses});
  }
  copy_vault(vault_folder_of(folder_), folder_ / rehearsed_vault);
  return std::make_unique<RocksVaultStore>(folder_ / rehearsed_vault,
                                           RocksVaultOptions{.accept_damaged_tail = true, .keeps_nothing = true});
}

// The first of the newest events whose key or PIN the vault lacks, and that not on record.
std::optional<Position> Store::newest_without_key() const {
  if (read_unrecorded_restore(folder_, Restored::vault)) return std::nullopt;
  constexpr Position looked_at = 4096;
  const Position head = log_->head(0).position;
  const Position from = std::max(head > looked_at ? head - looked_at + 1 : 1, last_restored_vault(*log_) + 1);
  if (from > head) return std::nullopt;
  std::unordered_set<AccountId> erased;
  log_->read_stream(0, StreamName::single(schema::StreamKind::ERASURES), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    erased.insert(account_id_of(record.event()));
    return true;
  });
  std::optional<Position> found;
  log_->read(0, from, head, [&](Position position, RecordWords words) {
    RecordReader record(words);
    if (!record.event().hasSealed() || !has_account(record.event())) return true;
    const AccountId account = account_id_of(record.event());
    if (erased.contains(account)) return true;
    // A copy may have the keys of accounts that were made ready when it was made, but not what came with them since.
    const auto fact = record.event().getFact();
    const bool sets_pin = fact.isPinChanged() || (fact.isSubordinateCreated() && record.event().getContext().getImportedBy() == 0);
    const bool is_newest = sets_pin && log_->stream_version(0, StreamName::account(account)) == record.event().getAccountVersion();
    if (vault_->account_key(account) && (!is_newest || vault_->pin(account, event_id_of(record.event())))) return true;
    found = position;
    return false;
  });
  return found;
}

// Of two copies of a vault each would get the keys of other people, and neither could be made whole from the other.
void Store::require_newest_keys() const {
  const auto position = newest_without_key();
  if (!position) return;
  const std::string lacks = fmt::format(
      "the vault lacks the key or the PIN of what was sealed at position {}: it is not the one that the "
      "log was written with last, but perhaps an older copy of it; see docs/OPERATIONS.md, ",
      *position);
  // A database is nobody's copy: what it lacks is lost, and whether that is accepted is to be said.
  if (!read_vault_url(folder_).empty()) throw VaultDamaged(lacks + "\"A vault in a database\"");
  throw VaultError(lacks + "\"Several nodes\"");
}

// To be recorded at the next start, as the restoring that it was, whoever did it.
void Store::note_loss_in_database(std::uint64_t seen) const {
  if (read_vault_seen(folder_) >= seen && !newest_without_key()) return;
  write_unrecorded_restore(folder_, {.id = new_restore_id(), .what = {.vault = true}, .vault_had = vault_->erasures_done()});
}

// Without a vault names are unavailable everywhere, and stay so in views that are built then: those are others.
fs::path Store::views_folder() const { return folder_ / (vault_->is_lost() ? views_without_vault : std::string_view{"views"}); }

Store::~Store() {
  if (sequencer_) sequencer_->stop();
}

Projector& Store::projector() {
  if (!projector_) {
    views_ = std::make_unique<Views>(Views::Options{.folder = views_folder()});
    // Called from several threads during a rebuild, and a sealer serves one.
    const auto open = [this](schema::Event::Reader event) -> std::optional<OpenedPersonal> {
      thread_local Sealer sealer;
      auto personal = open_with(*vault_, sealer, event);
      const std::uint64_t pin = pin_number(*vault_, event);
      if (!personal && pin == 0) return std::nullopt;
      OpenedPersonal out = personal ? shown(std::move(*personal), *vault_) : OpenedPersonal{};
      out.pin = pin;
      return out;
    };
    projector_ = std::make_unique<Projector>(*log_, *views_, open);
  }
  return *projector_;
}

Views& Store::views() {
  projector();
  return *views_;
}

Notary& Store::notary() {
  if (!notary_) {
    LogSigners signers = follows() ? LogSigners::reading(*log_keys_) : log_signers();
    notary_ = std::make_unique<Notary>(*log_, std::move(signers), checkpoint_file(folder_));
  }
  return *notary_;
}

LogKeyFiles Store::log_key_files() const { return {folder_, options_.log_key_file, options_.log_key_passphrase}; }

LogSigners Store::log_signers() {
  const LogKeyFiles files = log_key_files();
  if (log_key_rotations_.size() == listed_log_keys_.size()) complete_log_key_rotation(files);
  if (!log_key_rotations_.empty()) files.adopt_next(log_keys_->newest(), log_key_rotations_.back().former);
  files.discard_next(*log_keys_);
  destroy_former_log_key(files);
  LogSigners out(*log_keys_, files.signer(log_keys_->newest()));
  if (log_key_rotations_.empty() || log_key_rotations_.back().both_until <= options_.clock()) return out;
  if (!files.holds(log_key_rotations_.back().former)) return out;  // Nobody would be served by a log that does not go on.
  out.former = files.signer(log_key_rotations_.back().former);
  out.former_until = log_key_rotations_.back().both_until;
  out.clock = options_.clock;
  return out;
}

// The checkpoint of both keys before log.vkey, which must never name a key that has not signed the newest one.
void Store::complete_log_key_rotation(const LogKeyFiles& files) {
  const LogKeyRotation& rotation = log_key_rotations_.back();
  const auto newest = files.signer(rotation.current);
  const auto former = files.signer(rotation.former);
  options_.on_step("sign with both keys");
  sign_handover(*log_, *newest, *former, checkpoint_file(folder_));
  options_.on_step("name the new key");
  KeyChain chain = *log_keys_;
  chain.append(rotation.position, rotation.former, rotation.current);
  write_public_log_keys(folder_, chain);
  listed_log_keys_.insert(listed_log_keys_.begin(), rotation.current);
  log_keys_ = std::move(chain);
  options_.on_step("put the new key in its place");
}

void Store::destroy_former_log_key(const LogKeyFiles& files) {
  if (!files.has_former() || log_key_rotations_.empty() || options_.clock() < log_key_rotations_.back().both_until) return;
  options_.on_step("destroy the former key");
  files.destroy_former(log_key_rotations_.back().former);
}

Sequencer& Store::sequencer() {
  MUNIMENT_ASSERT(!follows());
  if (!sequencer_) {
    if (!options_.rehearses) notary();
    sequencer_ = std::make_unique<Sequencer>(*log_, *vault_, options_.clock, options_.sequencer);
    if (!options_.rehearses) record_restores();
    if (has_unrecorded_upgrade()) record_upgrade();
    if (!options_.rehearses && !vault_->is_lost() && vault_->former_epoch()) record_rotation();
  }
  return *sequencer_;
}

std::optional<Personal> Store::open_personal(schema::Event::Reader event) { return open_with(*vault_, sealer_, event); }

std::size_t Store::carry_out_erasures() {
  const std::lock_guard lock(erasing_);
  const StreamName erasures = StreamName::single(schema::StreamKind::ERASURES);
  const Version recorded = log_->stream_version(0, erasures);
  if (vault_->is_lost()) {
    if (recorded > 0) fs::remove_all(folder_ / "views");  // From before it was lost; they are built anew with the vault that is restored.
    return 0;
  }
  const Version done = erasures_carried_out(*log_, vault_->erasures_done());
  if (done == recorded) return 0;
  ErasuresDone now{.count = done};
  options_.on_step("destroy the keys");
  log_->read_stream(0, erasures, done + 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    vault_->erase(account_id_of(record.event()));
    now = {now.count + 1, event_id_of(record.event())};
    return true;
  });
  options_.on_step("rewrite the vault");
  vault_->scrub();
  if (projector_ || fs::exists(views_folder())) {
    options_.on_step("take the names out of the views");
    projector().catch_up([this](Position taken_in, Position all) {
      if (options_.on_progress) options_.on_progress("events taken into the views", taken_in, all);
    });
    options_.on_step("rewrite the views");
    views().scrub();
  }
  options_.on_step("note them as done");
  vault_->note_erasures(now);
  return now.count - done;
}

bool Store::is_erased(const AccountId& account) {
  log_->read_stream(0, StreamName::single(schema::StreamKind::ERASURES), erased_known_ + 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    erased_.insert(account_id_of(record.event()));
    ++erased_known_;
    return true;
  });
  return erased_.contains(account);
}

// Before anything else: what follows was recorded behind it.
void Store::record_restores() {
  for (const Restored what : {Restored::log, Restored::vault}) {
    const auto restore = read_unrecorded_restore(folder_, what);
    if (!restore) continue;
    if (is_unrecorded(*restore)) record_restore(*restore);
    forget_unrecorded_restore(folder_, what);
  }
}

bool Store::is_unrecorded(const UnrecordedRestore& restore) const {
  // Where the log has gone on, it is on record, or what was set aside was put back.
  if (!restore.what.vault) return log_->head(0).position == restore.position;
  const bool has_taken_its_place = !fs::exists(restoring_vault(folder_));
  return has_taken_its_place && !log_->find_command(0, Principal::node(), restore.id);
}

void Store::record_restore(const UnrecordedRestore& restore) {
  RecordRestore what = restore.what;
  if (what.vault) {
    const Version recorded = log_->stream_version(0, StreamName::single(schema::StreamKind::ERASURES));
    what.erasures = static_cast<std::uint32_t>(recorded - erasures_carried_out(*log_, restore.vault_had));
  }
  Submission submission = by_node(restore.id, "record_restore", what);
  submission.command.request.requested_by = restore.requested_by;
  require(sequencer_->ask(std::move(submission)), "recording what was restored");
}

// Again, where the log knows of it, it records nothing.
void Store::record_rotation() {
  const std::string current = to_hex(vault_->epoch());
  require(sequencer_->ask(by_node("rotation-" + current, "record_rotation", RecordRotation{to_hex(*vault_->former_epoch()), current})),
          "recording that the epoch key was rotated");
}

std::string Store::upgrade(bool dry_run) {
  if (marker_.format < options_.format_supported) {
    const std::string what = fmt::format("raise the format from {} to {}; programs that read less than {} refuse the store from then on",
                                         marker_.format, options_.format_supported, options_.format_supported);
    if (dry_run) return what;
    // The marker first: a program that is too old must never meet a fact that it does not know.
    options_.on_step("raise the format");
    marker_ = {options_.format_supported, options_.format_supported};
    write_marker(folder_, marker_);
    options_.on_step("record it");
    record_upgrade();
    options_.on_step("be done");
    return what;
  }
  if (!has_unrecorded_upgrade()) return {};
  if (!dry_run) record_upgrade();
  return fmt::format("record that the format was raised to {}, which was cut off", marker_.format);
}

// The log has a beginning, and knows an older format than the marker, which this program may write.
bool Store::has_unrecorded_upgrade() const {
  if (marker_.format > options_.format_supported) return false;
  World world;
  const StreamName agency = StreamName::single(schema::StreamKind::AGENCY);
  log_->read_stream(0, agency, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    world.evolve(agency, record.event());
    return true;
  });
  return world.agency().format() > 0 && world.agency().format() < marker_.format;
}

// Again, where it is recorded already, it records nothing.
void Store::record_upgrade() {
  require(sequencer().ask(by_node(fmt::format("upgrade-{}", marker_.format), "upgrade_store", UpgradeStore{marker_.format})),
          "upgrading the store");
}

void Store::close() {
  if (sequencer_) sequencer_->stop();
  sequencer_.reset();
  if (notary_) {
    notary_->stop();
    if (!follows()) destroy_former_log_key(log_key_files());
  }
  notary_.reset();
  projector_.reset();
  views_.reset();
  if (vault_) vault_->close();
  if (log_) log_->close();
  vault_.reset();
  log_in_folder_ = nullptr;
  log_in_database_ = nullptr;
  fs::remove_all(folder_ / rehearsed_vault);
  log_.reset();
  lock_.reset();
}

}  // namespace muniment
