#include "events/vault/vault.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>

#include "events/values/assert.h"
#include "events/vault/account_entry.h"
#include "events/vault/credential.h"
#include "events/vault/format.h"
#include "events/vault/hmac.h"
#include "events/vault/key_cache.h"
#include "events/vault/pin.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/wrap.h"

namespace muniment {

using vault_format::Key;
using vault_format::OwnKey;
using vault_format::Tag;
namespace fs = std::filesystem;

namespace {

using OwnSecret = Secret<struct OwnSecretKind>;
using CheckSecret = Secret<struct CheckSecretKind>;

constexpr std::string_view fingerprint_context = "muniment/fingerprint/1";
constexpr std::string_view restore_advice = "keep a copy of it as it is, and restore it from its backup";
constexpr std::size_t verifier_size = 32;

bool is_within(const fs::path& file, const fs::path& folder) {
  const fs::path relative = fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(folder));
  return !relative.empty() && *relative.begin() != "..";
}

void make_empty_folder(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) return;
  const int error = errno;
  std::error_code ignored;
  if (error == EEXIST && fs::is_directory(directory, ignored) && fs::is_empty(directory, ignored)) return;
  throw VaultError(fmt::format("vault {}: cannot be made there: {}; name a new folder in one that exists", directory.string(),
                               std::generic_category().message(error)));
}

StoreWrites first_entries(const EpochKey& epoch) {
  KeyWrapper wrapper(epoch);
  StoreWrites writes;
  std::string format;
  put_u16be(format, vault_format::version);
  put_u16be(format, vault_format::oldest_reader);
  writes.put(vault_format::format_key, format);
  writes.put(vault_format::pool_key, "");
  writes.put(vault_format::check_key, text_of(wrapper.wrap(CheckSecret::random(), bytes_of(vault_format::check_key))));
  for (const OwnKey name : {OwnKey::tags, OwnKey::fingerprints, OwnKey::credentials}) {
    const Key key = Key::own_key(name);
    writes.put(key.text(), text_of(wrapper.wrap(OwnSecret::random(), bytes_of(key.text()))));
  }
  return writes;
}

template <std::size_t Size>
std::array<Byte, Size> first_bytes(const Digest& digest) {
  std::array<Byte, Size> first;
  std::copy_n(digest.begin(), Size, first.begin());
  return first;
}

}  // namespace

class Vault::Impl {
 public:
  Impl(std::unique_ptr<VaultStore> store, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options);

  NewAccount take_account();
  std::optional<AccountKey> account_key(const AccountId& account);
  StagedNumber stage(const VaultBatch& batch);
  void commit(StagedNumber staged);
  std::optional<std::string> pin(const AccountId& account, const EventId& event);
  Credential make_credential(const AccountId& account, const EventId& event, Timestamp expires_at);
  CredentialCheck check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now);
  std::vector<AccountId> accounts_with_tag(TagKind kind, std::string_view scope, ByteSpan content);
  Fingerprint fingerprint(ByteSpan content);
  Fingerprint fingerprint(const AccountKey& key, ByteSpan content);
  void erase(const AccountId& account);
  void scrub() { store_->scrub(); }
  ErasuresDone erasures_done() const;
  void note_erasures(const ErasuresDone& done);
  EpochId epoch() const { return epoch_id_; }
  std::optional<EpochId> former_epoch() const;
  void back_up(const fs::path& folder) { store_->back_up(folder); }
  void close();

 private:
  struct OwnKeys {
    HmacKey tags, fingerprints, credentials;
  };

  // Opening.
  OwnKeys open_own_keys();
  void check_format() const;
  void check_epoch();
  std::vector<NewAccount> unused_accounts(const IsUsed& is_used);

  // Called under stage_mutex_: what a write comes to, into writes_.
  void add(const VaultBatch& batch, const VaultBatch::PutPin& write);
  void add(const VaultBatch& batch, const VaultBatch::DropPin& write);
  void add(const VaultBatch& batch, const VaultBatch::PutCredential& write);
  void add(const VaultBatch& batch, const VaultBatch::DropCredential& write);
  void add(const VaultBatch& batch, const VaultBatch::AddTag& write);
  void add(const VaultBatch& batch, const VaultBatch::KeepTag& write);
  std::optional<AccountEntry>& batch_entry(const AccountId& account);
  void add_removal_of_what_is_owned(const AccountId& account, const std::optional<AccountEntry>& entry);
  StagedNumber write_staged();

  // Called on the pool's thread.
  void keep(std::span<NewAccount> made, std::span<const AccountId> listed);

  [[noreturn]] void fail(std::string_view what) const;
  std::span<const Byte, wrapped_size> as_wrapped(std::string_view what, const std::string& value) const;
  template <typename Kind>
  Secret<Kind> unwrap(std::string_view what, std::span<const Byte, wrapped_size> wrapped, ByteSpan purpose);
  // Nothing when the account was erased or never existed.
  std::optional<AccountEntry> stored_entry(const AccountId& account) const;
  AccountKey unwrap_account_key(const AccountId& account, const AccountEntry& entry);
  Tag tag(TagKind kind, std::string_view scope, ByteSpan content);
  std::array<Byte, verifier_size> verifier(const AccountId& account, const EventId& event, Timestamp expires_at,
                                           std::string_view normalised);

  const std::unique_ptr<VaultStore> store_;
  const EpochId epoch_id_;

  std::mutex key_mutex_;  // Guards the next two; never held while the database is read.
  KeyWrapper wrapper_;
  KeyCache key_cache_;

  const OwnKeys own_keys_;

  std::mutex stage_mutex_;  // Guards the next four, and orders what is staged. Taken before any other.
  PinSealer pin_sealer_;
  StoreWrites writes_;
  // What the batch at hand makes of the accounts' entries; nothing of those that have none.
  std::vector<std::pair<AccountId, std::optional<AccountEntry>>> batch_entries_;

  std::atomic<StagedNumber> staged_ = 0;
  std::mutex commit_mutex_;
  std::atomic<StagedNumber> durable_ = 0;

  std::mutex pin_mutex_;
  PinSealer pin_opener_;

  KeyWrapper pool_wrapper_;  // The pool's thread's alone.
  KeyPool pool_;             // Last, so that its thread ends first.
};

Vault::Impl::Impl(std::unique_ptr<VaultStore> store, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options)
    : store_(std::move(store)),
      epoch_id_(epoch.id),
      wrapper_(epoch),
      key_cache_(options.key_cache),
      own_keys_(open_own_keys()),
      pool_wrapper_(epoch),
      pool_(unused_accounts(is_used), options.pool_batch,
            [this](std::span<NewAccount> made, std::span<const AccountId> listed) { keep(made, listed); }) {}

void Vault::Impl::fail(std::string_view what) const {
  throw VaultDamaged(fmt::format("vault {}: {}; {}", store_->where(), what, restore_advice));
}

std::span<const Byte, wrapped_size> Vault::Impl::as_wrapped(std::string_view what, const std::string& value) const {
  if (value.size() != wrapped_size)
    fail(fmt::format("{} is damaged: {} bytes where a wrapped key has {}", what, value.size(), wrapped_size));
  return bytes_of(value).first<wrapped_size>();
}

template <typename Kind>
Secret<Kind> Vault::Impl::unwrap(std::string_view what, std::span<const Byte, wrapped_size> wrapped, ByteSpan purpose) {
  std::optional<Secret<Kind>> key;
  {
    const std::lock_guard lock(key_mutex_);
    key = wrapper_.unwrap<Kind>(wrapped, purpose);
  }
  if (!key) {
    fail(fmt::format("{} is damaged: it names epoch key {} and does not open under epoch key {}", what, to_hex(epoch_of(wrapped)),
                     to_hex(epoch_id_)));
  }
  return *key;
}

std::optional<AccountEntry> Vault::Impl::stored_entry(const AccountId& account) const {
  std::optional<std::string> stored = store_->get(Key::account(account).text());
  if (!stored) return std::nullopt;
  std::optional<AccountEntry> entry = AccountEntry::decode(std::move(*stored));
  if (!entry) fail(fmt::format("the entry of account {} is damaged: it ends too early", account.hex()));
  return entry;
}

AccountKey Vault::Impl::unwrap_account_key(const AccountId& account, const AccountEntry& entry) {
  return unwrap<AccountKeyKind>(fmt::format("the key of account {}", account.hex()), entry.wrapped_key(), account.bytes());
}

void Vault::Impl::check_format() const {
  const std::optional<std::string> format = store_->get(vault_format::format_key);
  if (!format || format->size() != 4) fail("has no entry that says its format");
  const std::uint16_t oldest_reader = get_u16be(format->data() + 2);
  if (oldest_reader > vault_format::version) {
    throw VaultError(
        fmt::format("vault {}: written in format {} by a newer muniment, and this one reads up to format {}; run the newer one",
                    store_->where(), oldest_reader, vault_format::version));
  }
}

void Vault::Impl::check_epoch() {
  const std::optional<std::string> check = store_->get(vault_format::check_key);
  if (!check) fail("has no check value for its epoch key");
  const EpochId named = epoch_of(as_wrapped("the check value", *check));
  if (named != epoch_id_) {
    throw VaultError(fmt::format("vault {}: wrong epoch key: the vault is under {}, the key given is {}; give the file of {}",
                                 store_->where(), to_hex(named), to_hex(epoch_id_), to_hex(named)));
  }
  constexpr std::string_view what = "the check value of the epoch key, or that key,";
  unwrap<CheckSecretKind>(what, as_wrapped(what, *check), bytes_of(vault_format::check_key));
}

Vault::Impl::OwnKeys Vault::Impl::open_own_keys() {
  check_format();
  check_epoch();
  const auto open = [this](OwnKey name) {
    const Key key = Key::own_key(name);
    const std::string what = fmt::format("the vault's own key {}", static_cast<int>(name));
    const std::optional<std::string> value = store_->get(key.text());
    if (!value) fail(what + " is missing");
    return HmacKey(unwrap<OwnSecretKind>(what, as_wrapped(what, *value), bytes_of(key.text())).bytes());
  };
  return {open(OwnKey::tags), open(OwnKey::fingerprints), open(OwnKey::credentials)};
}

std::vector<NewAccount> Vault::Impl::unused_accounts(const IsUsed& is_used) {
  const std::optional<std::string> pool = store_->get(vault_format::pool_key);
  if (!pool || pool->size() % AccountId::size != 0) fail("its list of ready accounts is damaged");
  std::vector<NewAccount> unused;
  const std::lock_guard lock(stage_mutex_);
  writes_.clear();
  for (std::size_t at = 0; at < pool->size(); at += AccountId::size) {
    const AccountId account = *AccountId::from(bytes_of(*pool).subspan(at, AccountId::size));
    if (is_used(account)) continue;
    const std::optional<AccountEntry> entry = stored_entry(account);
    if (!entry) continue;  // Erased.
    Wrapped wrapped;
    std::ranges::copy(entry->wrapped_key(), wrapped.begin());
    unused.push_back({account, unwrap_account_key(account, *entry), wrapped});
    // What a decision staged that a crash kept out of the log.
    add_removal_of_what_is_owned(account, entry);
    if (!entry->has_key_alone()) writes_.put(Key::account(account).text(), text_of(wrapped));
  }
  if (!writes_.empty()) store_->write(writes_);
  return unused;
}

void Vault::Impl::keep(std::span<NewAccount> made, std::span<const AccountId> listed) {
  StoreWrites writes;
  for (NewAccount& account : made) {
    account.wrapped = pool_wrapper_.wrap(account.key, account.id.bytes());
    writes.put(Key::account(account.id).text(), text_of(account.wrapped));
  }
  std::string pool;
  pool.reserve(listed.size() * AccountId::size);
  for (const AccountId& id : listed) pool += text_of(id.bytes());
  writes.put(vault_format::pool_key, pool);
  store_->write(writes);
  store_->sync();
}

NewAccount Vault::Impl::take_account() {
  store_->require_usable();
  NewAccount account = pool_.take();
  const std::lock_guard lock(key_mutex_);
  key_cache_.insert_new(account.id, account.key, account.wrapped);
  return account;
}

std::optional<AccountKey> Vault::Impl::account_key(const AccountId& account) {
  store_->require_usable();
  std::uint64_t erasures_before = 0;
  {
    const std::lock_guard lock(key_mutex_);
    if (std::optional<AccountKey> key = key_cache_.find(account)) return key;
    erasures_before = key_cache_.erasures();
  }
  const std::optional<AccountEntry> entry = stored_entry(account);
  if (!entry) return std::nullopt;
  std::optional<AccountKey> key = unwrap_account_key(account, *entry);
  const std::lock_guard lock(key_mutex_);
  key_cache_.insert(account, *key, erasures_before);
  return key;
}

Vault::StagedNumber Vault::Impl::write_staged() {
  store_->write(writes_);
  return ++staged_;
}

Vault::StagedNumber Vault::Impl::stage(const VaultBatch& batch) {
  const std::lock_guard lock(stage_mutex_);
  writes_.clear();
  batch_entries_.clear();
  for (const VaultBatch::Write& write : batch.writes_) {
    std::visit([&](const auto& kind_of_write) { add(batch, kind_of_write); }, write);
  }
  for (const auto& [account, entry] : batch_entries_) {
    if (entry) writes_.put(Key::account(account).text(), entry->bytes());
  }
  const StagedNumber number = write_staged();
  const std::lock_guard key_lock(key_mutex_);
  for (const auto& [account, entry] : batch_entries_) key_cache_.owns_more(account);
  return number;
}

void Vault::Impl::commit(StagedNumber staged) {
  store_->require_usable();
  if (durable_ >= staged) return;
  const std::lock_guard lock(commit_mutex_);
  if (durable_ >= staged) return;
  const StagedNumber all = staged_;  // Counted after they were written, so the sync covers them.
  MUNIMENT_ASSERT(staged <= all);
  store_->sync();
  durable_ = all;
}

void Vault::Impl::add(const VaultBatch&, const VaultBatch::PutPin& write) {
  const std::optional<AccountKey> key = account_key(write.account);
  std::optional<AccountEntry>& entry = batch_entry(write.account);
  if (!key || !entry) {
    throw VaultError(
        fmt::format("vault {}: no key to seal a PIN for account {}: it was erased, or the vault is damaged; compare with the log",
                    store_->where(), write.account.hex()));
  }
  entry->put_pin(write.event, pin_sealer_.seal(*key, write.account, write.event, write.digits));
}

void Vault::Impl::add(const VaultBatch&, const VaultBatch::DropPin& write) {
  if (std::optional<AccountEntry>& entry = batch_entry(write.account)) entry->drop_pin(write.event);
}

void Vault::Impl::add(const VaultBatch&, const VaultBatch::PutCredential& write) {
  std::string value(text_of(write.verifier));
  put_u64be(value, static_cast<std::uint64_t>(write.expires_at.ns));
  writes_.put(Key::credential(write.account, write.event).text(), value);
}

void Vault::Impl::add(const VaultBatch&, const VaultBatch::DropCredential& write) {
  writes_.remove(Key::credential(write.account, write.event).text());
}

void Vault::Impl::add(const VaultBatch& batch, const VaultBatch::AddTag& write) {
  std::optional<AccountEntry>& entry = batch_entry(write.account);
  if (!entry) {
    throw VaultError(
        fmt::format("vault {}: no key of account {} to keep a tag with: it was erased, or the vault is damaged; compare with "
                    "the log",
                    store_->where(), write.account.hex()));
  }
  const std::string_view scope = text_of(batch.bytes_of(write.scope));
  const Tag wanted = tag(write.kind, scope, batch.bytes_of(write.content));
  if (entry->add_tag(write.kind, scope, wanted)) writes_.put(Key::tagged(wanted, write.account).text(), "");
}

void Vault::Impl::add(const VaultBatch& batch, const VaultBatch::KeepTag& write) {
  std::optional<AccountEntry>& entry = batch_entry(write.account);
  if (!entry) return;
  const std::string_view scope = text_of(batch.bytes_of(write.scope));
  const Tag kept = tag(write.kind, scope, batch.bytes_of(write.content));
  for (const Tag& dropped : entry->keep_only_tag(write.kind, scope, kept)) writes_.remove(Key::tagged(dropped, write.account).text());
}

// The account's entry as the batch at hand leaves it so far. Valid until the next call.
std::optional<AccountEntry>& Vault::Impl::batch_entry(const AccountId& account) {
  for (auto& [id, entry] : batch_entries_) {
    if (id == account) return entry;
  }
  std::optional<Wrapped> key_alone;
  {
    const std::lock_guard lock(key_mutex_);
    key_alone = key_cache_.key_alone(account);
  }
  return batch_entries_.emplace_back(account, key_alone ? AccountEntry(*key_alone) : stored_entry(account)).second;
}

// All but the account's entry.
void Vault::Impl::add_removal_of_what_is_owned(const AccountId& account, const std::optional<AccountEntry>& entry) {
  store_->scan(Key::credentials_of(account).text(), [this](std::string_view key, std::string_view) { writes_.remove(key); });
  if (!entry) return;
  for (const Tag& tag : entry->tags()) writes_.remove(Key::tagged(tag, account).text());
}

void Vault::Impl::erase(const AccountId& account) {
  StagedNumber staged = 0;
  {
    const std::lock_guard lock(stage_mutex_);
    writes_.clear();
    add_removal_of_what_is_owned(account, stored_entry(account));
    writes_.remove(Key::account(account).text());
    staged = write_staged();
    const std::lock_guard key_lock(key_mutex_);
    key_cache_.erase(account);
  }
  commit(staged);
}

ErasuresDone Vault::Impl::erasures_done() const {
  const std::optional<std::string> done = store_->get(vault_format::erasures_key);
  if (!done) return {};
  const auto decoded = ErasuresDone::decode(*done);
  if (!decoded) fail("its count of erasures is damaged");
  return *decoded;
}

void Vault::Impl::note_erasures(const ErasuresDone& done) {
  StoreWrites writes;
  writes.put(vault_format::erasures_key, done.encoded());
  store_->write(writes);
  store_->sync();
}

std::optional<EpochId> Vault::Impl::former_epoch() const {
  const std::optional<std::string> former = store_->get(vault_format::former_key);
  if (!former) return std::nullopt;
  EpochId out;
  if (former->size() != out.size()) fail("its former epoch is damaged");
  std::ranges::copy(bytes_of(*former), out.begin());
  return out;
}

std::optional<std::string> Vault::Impl::pin(const AccountId& account, const EventId& event) {
  const std::optional<AccountKey> key = account_key(account);
  if (!key) return std::nullopt;
  const std::optional<AccountEntry> entry = stored_entry(account);
  const std::optional<SealedPin> sealed = entry ? entry->pin(event) : std::nullopt;
  if (!sealed) return std::nullopt;
  const std::lock_guard lock(pin_mutex_);
  const std::optional<PinDigits> opened = pin_opener_.open(*key, account, event, *sealed);
  if (!opened) fail(fmt::format("the PIN of account {} set by event {} is damaged: it does not open", account.hex(), event.hex()));
  return std::string(text_of(opened->bytes()));
}

Tag Vault::Impl::tag(TagKind kind, std::string_view scope, ByteSpan content) {
  MUNIMENT_ASSERT(scope.size() <= VaultBatch::scope_max);
  const std::array<Byte, 1> kind_byte{kind};
  const std::array<Byte, 1> scope_size{static_cast<Byte>(scope.size())};
  return first_bytes<sizeof(Tag)>(own_keys_.tags.mac({kind_byte, scope_size, bytes_of(scope), content}));
}

std::vector<AccountId> Vault::Impl::accounts_with_tag(TagKind kind, std::string_view scope, ByteSpan content) {
  std::vector<AccountId> accounts;
  const Key prefix = Key::accounts_with(tag(kind, scope, content));
  store_->scan(prefix.text(), [&](std::string_view key, std::string_view) {
    const std::optional<AccountId> account = AccountId::from(bytes_of(key.substr(prefix.text().size())));
    if (!account) fail("a tag's entry is damaged");
    accounts.push_back(*account);
  });
  return accounts;
}

std::array<Byte, verifier_size> Vault::Impl::verifier(const AccountId& account, const EventId& event, Timestamp expires_at,
                                                      std::string_view normalised) {
  std::string expiry;
  put_u64be(expiry, static_cast<std::uint64_t>(expires_at.ns));
  return own_keys_.credentials.mac({account.bytes(), event.bytes(), bytes_of(expiry), bytes_of(normalised)});
}

Credential Vault::Impl::make_credential(const AccountId& account, const EventId& event, Timestamp expires_at) {
  store_->require_usable();
  Credential credential{.text = random_credential_text(), .verifier = {}, .expires_at = expires_at};
  credential.verifier = verifier(account, event, expires_at, *normalised_credential(credential.text));
  return credential;
}

CredentialCheck Vault::Impl::check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now) {
  const std::optional<std::string> stored = store_->get(Key::credential(account, event).text());
  if (!stored) return CredentialCheck::unknown;
  if (stored->size() != verifier_size + 8) fail(fmt::format("the credential of account {} is damaged", account.hex()));
  const Timestamp expires_at{static_cast<std::int64_t>(get_u64be(stored->data() + verifier_size))};
  const std::optional<std::string> normalised = normalised_credential(typed);
  if (!normalised) return CredentialCheck::wrong;
  const auto expected = bytes_of(*stored).first(verifier_size);
  if (!equal_in_constant_time(verifier(account, event, expires_at, *normalised), expected)) return CredentialCheck::wrong;
  return now < expires_at ? CredentialCheck::valid : CredentialCheck::expired;
}

Fingerprint Vault::Impl::fingerprint(ByteSpan content) {
  store_->require_usable();
  return first_bytes<sizeof(Fingerprint)>(own_keys_.fingerprints.mac({content}));
}

Fingerprint Vault::Impl::fingerprint(const AccountKey& key, ByteSpan content) {
  store_->require_usable();
  std::array<Byte, 32> derived;
  // The account key is uniformly random, so HKDF's first step has nothing to add.
  hkdf_expand(key.bytes(), bytes_of(fingerprint_context), derived);
  const Digest digest = HmacKey(derived).mac({content});
  cleanse(derived);
  return first_bytes<sizeof(Fingerprint)>(digest);
}

void Vault::Impl::close() {
  pool_.stop();
  store_->close();
}

EpochKey Vault::create(const fs::path& directory, const fs::path& epoch_key_file) {
  if (is_within(epoch_key_file, directory)) {
    throw VaultError(
        fmt::format("epoch key file {}: stands in the vault's own folder {}, so every copy of the vault would hold its key; "
                    "name a file elsewhere",
                    epoch_key_file.string(), directory.string()));
  }
  make_empty_folder(directory);
  EpochKey epoch = create_epoch_key(epoch_key_file);
  try {
    RocksVaultStore::create(directory, first_entries(epoch));
  } catch (...) {
    // Both are ours: the folder was empty and the file did not exist.
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    fs::remove(epoch_key_file, ignored);
    throw;
  }
  return epoch;
}

Vault::Vault(const fs::path& directory, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options)
    : Vault(std::make_unique<RocksVaultStore>(directory, RocksVaultOptions{.settle_bytes = options.settle_bytes,
                                                                           .accept_damaged_tail = options.accept_damaged_tail,
                                                                           .keeps_nothing = options.keeps_nothing}),
            epoch, is_used, options) {}

Vault::Vault(std::unique_ptr<VaultStore> store, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options)
    : impl_(std::make_unique<Impl>(std::move(store), epoch, is_used, options)) {}

Vault::Vault(LostVault) {}
Vault::~Vault() = default;

Vault::Impl& Vault::impl() const {
  if (!impl_) throw VaultError("there is no vault: the node runs without it; restore it from its backup");
  return *impl_;
}

NewAccount Vault::take_account() { return impl().take_account(); }
std::optional<AccountKey> Vault::account_key(const AccountId& account) { return is_lost() ? std::nullopt : impl_->account_key(account); }
Vault::StagedNumber Vault::stage(const VaultBatch& batch) { return is_lost() ? 0 : impl_->stage(batch); }
void Vault::commit(StagedNumber staged) {
  if (!is_lost()) impl_->commit(staged);
}
std::optional<std::string> Vault::pin(const AccountId& account, const EventId& event) {
  return is_lost() ? std::nullopt : impl_->pin(account, event);
}
Credential Vault::make_credential(const AccountId& account, const EventId& event, Timestamp expires_at) {
  return impl().make_credential(account, event, expires_at);
}
CredentialCheck Vault::check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now) {
  return impl().check_credential(account, event, typed, now);
}
std::vector<AccountId> Vault::accounts_with_tag(TagKind kind, std::string_view scope, ByteSpan content) {
  return is_lost() ? std::vector<AccountId>{} : impl_->accounts_with_tag(kind, scope, content);
}
Fingerprint Vault::fingerprint(ByteSpan content) { return is_lost() ? fingerprint_without_vault : impl_->fingerprint(content); }
Fingerprint Vault::fingerprint(const AccountKey& key, ByteSpan content) { return impl().fingerprint(key, content); }
void Vault::erase(const AccountId& account) { impl().erase(account); }
void Vault::scrub() { impl().scrub(); }
ErasuresDone Vault::erasures_done() const { return impl().erasures_done(); }
void Vault::note_erasures(const ErasuresDone& done) { impl().note_erasures(done); }
EpochId Vault::epoch() const { return impl().epoch(); }
std::optional<EpochId> Vault::former_epoch() const { return impl().former_epoch(); }
void Vault::back_up(const fs::path& folder) { impl().back_up(folder); }
void Vault::close() {
  if (!is_lost()) impl_->close();
}

}  // namespace muniment
