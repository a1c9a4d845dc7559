#include "events/vault/vault.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>

#include "events/values/assert.h"
#include "events/vault/account_tags.h"
#include "events/vault/credential.h"
#include "events/vault/format.h"
#include "events/vault/hmac.h"
#include "events/vault/key_cache.h"
#include "events/vault/seal.h"
#include "events/vault/store.h"
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
constexpr std::string_view restore_advice = "keep a copy of the folder as it is, and restore the folder from its backup";
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
  Impl(const fs::path& directory, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options);

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
  void scrub() { store_.scrub(); }
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
  void add(const VaultBatch::PutPin& write);
  void add(const VaultBatch::DropPin& write) { writes_.remove(Key::pin(write.account, write.event).text()); }
  void add(const VaultBatch::PutCredential& write);
  void add(const VaultBatch::DropCredential& write) { writes_.remove(Key::credential(write.account, write.event).text()); }
  void add(const VaultBatch::AddTag& write);
  void add(const VaultBatch::KeepTag& write);
  AccountTags& batch_tags_of(const AccountId& account);
  void add_removal_of_belongings(const AccountId& account);
  StagedNumber write_staged();

  // Called on the pool's thread.
  void keep(std::span<const NewAccount> made, std::span<const AccountId> listed);

  [[noreturn]] void fail(std::string_view what) const;
  std::span<const Byte, wrapped_size> as_wrapped(std::string_view what, const std::string& value) const;
  template <typename Kind>
  Secret<Kind> unwrap(std::string_view what, const std::string& value, ByteSpan purpose);
  AccountKey unwrap_account_key(const AccountId& account, const std::string& value);
  AccountTags stored_tags_of(const AccountId& account) const;
  Tag tag(TagKind kind, std::string_view scope, ByteSpan content);
  std::array<Byte, verifier_size> verifier(const AccountId& account, const EventId& event, Timestamp expires_at,
                                           std::string_view normalised);

  VaultStore store_;
  const EpochId epoch_id_;

  std::mutex key_mutex_;  // Guards the next two; never held while the database is read.
  KeyWrapper wrapper_;
  KeyCache key_cache_;

  const OwnKeys own_keys_;

  std::mutex stage_mutex_;  // Guards the next four, and orders what is staged. Taken before any other.
  Sealer sealer_;
  StoreWrites writes_;
  Bytes sealed_;
  std::vector<std::pair<AccountId, AccountTags>> batch_tags_;  // What the batch at hand makes of them.

  std::atomic<StagedNumber> staged_ = 0;
  std::mutex commit_mutex_;
  std::atomic<StagedNumber> durable_ = 0;

  std::mutex pin_mutex_;
  Sealer pin_opener_;

  KeyWrapper pool_wrapper_;  // The pool's thread's alone.
  KeyPool pool_;             // Last, so that its thread ends first.
};

Vault::Impl::Impl(const fs::path& directory, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options)
    : store_(directory, {.settle_bytes = options.settle_bytes,
                         .accept_damaged_tail = options.accept_damaged_tail,
                         .keeps_nothing = options.keeps_nothing}),
      epoch_id_(epoch.id),
      wrapper_(epoch),
      key_cache_(options.key_cache),
      own_keys_(open_own_keys()),
      pool_wrapper_(epoch),
      pool_(unused_accounts(is_used), options.pool_batch,
            [this](std::span<const NewAccount> made, std::span<const AccountId> listed) { keep(made, listed); }) {}

void Vault::Impl::fail(std::string_view what) const {
  throw VaultDamaged(fmt::format("vault {}: {}; {}", store_.where(), what, restore_advice));
}

std::span<const Byte, wrapped_size> Vault::Impl::as_wrapped(std::string_view what, const std::string& value) const {
  if (value.size() != wrapped_size)
    fail(fmt::format("{} is damaged: {} bytes where a wrapped key has {}", what, value.size(), wrapped_size));
  return bytes_of(value).first<wrapped_size>();
}

template <typename Kind>
Secret<Kind> Vault::Impl::unwrap(std::string_view what, const std::string& value, ByteSpan purpose) {
  const auto wrapped = as_wrapped(what, value);
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

AccountKey Vault::Impl::unwrap_account_key(const AccountId& account, const std::string& value) {
  return unwrap<AccountKeyKind>(fmt::format("the key of account {}", account.hex()), value, account.bytes());
}

void Vault::Impl::check_format() const {
  const std::optional<std::string> format = store_.get(vault_format::format_key);
  if (!format || format->size() != 4) fail("has no entry that says its format");
  const std::uint16_t oldest_reader = get_u16be(format->data() + 2);
  if (oldest_reader > vault_format::version) {
    throw VaultError(
        fmt::format("vault {}: written in format {} by a newer muniment, and this one reads up to format {}; run the newer one",
                    store_.where(), oldest_reader, vault_format::version));
  }
}

void Vault::Impl::check_epoch() {
  const std::optional<std::string> check = store_.get(vault_format::check_key);
  if (!check) fail("has no check value for its epoch key");
  const EpochId named = epoch_of(as_wrapped("the check value", *check));
  if (named != epoch_id_) {
    throw VaultError(fmt::format("vault {}: wrong epoch key: the vault is under {}, the key given is {}; give the file of {}",
                                 store_.where(), to_hex(named), to_hex(epoch_id_), to_hex(named)));
  }
  unwrap<CheckSecretKind>("the check value of the epoch key, or that key,", *check, bytes_of(vault_format::check_key));
}

Vault::Impl::OwnKeys Vault::Impl::open_own_keys() {
  check_format();
  check_epoch();
  const auto open = [this](OwnKey name) {
    const Key key = Key::own_key(name);
    const std::string what = fmt::format("the vault's own key {}", static_cast<int>(name));
    const std::optional<std::string> value = store_.get(key.text());
    if (!value) fail(what + " is missing");
    return HmacKey(unwrap<OwnSecretKind>(what, *value, bytes_of(key.text())).bytes());
  };
  return {open(OwnKey::tags), open(OwnKey::fingerprints), open(OwnKey::credentials)};
}

std::vector<NewAccount> Vault::Impl::unused_accounts(const IsUsed& is_used) {
  const std::optional<std::string> pool = store_.get(vault_format::pool_key);
  if (!pool || pool->size() % AccountId::size != 0) fail("its list of ready accounts is damaged");
  std::vector<NewAccount> unused;
  const std::lock_guard lock(stage_mutex_);
  writes_.clear();
  for (std::size_t at = 0; at < pool->size(); at += AccountId::size) {
    const AccountId account = *AccountId::from(bytes_of(*pool).subspan(at, AccountId::size));
    if (is_used(account)) continue;
    const std::optional<std::string> value = store_.get(Key::account_key(account).text());
    if (!value) continue;  // Erased.
    unused.push_back({account, unwrap_account_key(account, *value)});
    add_removal_of_belongings(account);  // What a decision staged that a crash kept out of the log.
  }
  if (!writes_.empty()) store_.write(writes_);
  return unused;
}

void Vault::Impl::keep(std::span<const NewAccount> made, std::span<const AccountId> listed) {
  StoreWrites writes;
  for (const NewAccount& account : made) {
    writes.put(Key::account_key(account.id).text(), text_of(pool_wrapper_.wrap(account.key, account.id.bytes())));
  }
  std::string pool;
  pool.reserve(listed.size() * AccountId::size);
  for (const AccountId& id : listed) pool += text_of(id.bytes());
  writes.put(vault_format::pool_key, pool);
  store_.write(writes);
  store_.sync();
}

NewAccount Vault::Impl::take_account() {
  store_.require_usable();
  NewAccount account = pool_.take();
  const std::lock_guard lock(key_mutex_);
  key_cache_.insert(account.id, account.key, key_cache_.erasures());
  return account;
}

std::optional<AccountKey> Vault::Impl::account_key(const AccountId& account) {
  store_.require_usable();
  std::uint64_t erasures_before = 0;
  {
    const std::lock_guard lock(key_mutex_);
    if (std::optional<AccountKey> key = key_cache_.find(account)) return key;
    erasures_before = key_cache_.erasures();
  }
  const std::optional<std::string> value = store_.get(Key::account_key(account).text());
  if (!value) return std::nullopt;
  std::optional<AccountKey> key = unwrap_account_key(account, *value);
  const std::lock_guard lock(key_mutex_);
  key_cache_.insert(account, *key, erasures_before);
  return key;
}

Vault::StagedNumber Vault::Impl::write_staged() {
  store_.write(writes_);
  return ++staged_;
}

Vault::StagedNumber Vault::Impl::stage(const VaultBatch& batch) {
  const std::lock_guard lock(stage_mutex_);
  writes_.clear();
  batch_tags_.clear();
  for (const VaultBatch::Write& write : batch.writes_) {
    std::visit([this](const auto& kind_of_write) { add(kind_of_write); }, write);
  }
  for (const auto& [account, tags] : batch_tags_) {
    const Key key = Key::tags_of(account);
    tags.empty() ? writes_.remove(key.text()) : writes_.put(key.text(), tags.encode());
  }
  return write_staged();
}

void Vault::Impl::commit(StagedNumber staged) {
  store_.require_usable();
  if (durable_ >= staged) return;
  const std::lock_guard lock(commit_mutex_);
  if (durable_ >= staged) return;
  const StagedNumber all = staged_;  // Counted after they were written, so the sync covers them.
  MUNIMENT_ASSERT(staged <= all);
  store_.sync();
  durable_ = all;
}

void Vault::Impl::add(const VaultBatch::PutPin& write) {
  const std::optional<AccountKey> key = account_key(write.account);
  if (!key) {
    throw VaultError(
        fmt::format("vault {}: no key to seal a PIN for account {}: it was erased, or the vault is damaged; compare with the log",
                    store_.where(), write.account.hex()));
  }
  sealed_.clear();
  sealer_.seal(*key, write.account, write.event, write.digits.bytes(), sealed_);
  writes_.put(Key::pin(write.account, write.event).text(), text_of(sealed_));
}

void Vault::Impl::add(const VaultBatch::PutCredential& write) {
  std::string value(text_of(write.verifier));
  put_u64be(value, static_cast<std::uint64_t>(write.expires_at.ns));
  writes_.put(Key::credential(write.account, write.event).text(), value);
}

void Vault::Impl::add(const VaultBatch::AddTag& write) {
  const Tag wanted = tag(write.kind, write.scope, write.content.bytes);
  if (batch_tags_of(write.account).add(write.kind, write.scope, wanted)) writes_.put(Key::tagged(wanted, write.account).text(), "");
}

void Vault::Impl::add(const VaultBatch::KeepTag& write) {
  const Tag kept = tag(write.kind, write.scope, write.content.bytes);
  for (const Tag& dropped : batch_tags_of(write.account).keep_only(write.kind, write.scope, kept)) {
    writes_.remove(Key::tagged(dropped, write.account).text());
  }
}

// The account's tags as the batch at hand leaves them so far. Valid until the next call.
AccountTags& Vault::Impl::batch_tags_of(const AccountId& account) {
  for (auto& [id, tags] : batch_tags_) {
    if (id == account) return tags;
  }
  return batch_tags_.emplace_back(account, stored_tags_of(account)).second;
}

AccountTags Vault::Impl::stored_tags_of(const AccountId& account) const {
  const std::optional<std::string> stored = store_.get(Key::tags_of(account).text());
  if (!stored) return {};
  std::optional<AccountTags> tags = AccountTags::decode(*stored);
  if (!tags) fail(fmt::format("the tags of account {} are damaged", account.hex()));
  return std::move(*tags);
}

// All but the key.
void Vault::Impl::add_removal_of_belongings(const AccountId& account) {
  const auto remove = [this](std::string_view key, std::string_view) { writes_.remove(key); };
  store_.scan(Key::pins_of(account).text(), remove);
  store_.scan(Key::credentials_of(account).text(), remove);
  const AccountTags tags = stored_tags_of(account);
  if (tags.empty()) return;
  for (const Tag& tag : tags.all()) writes_.remove(Key::tagged(tag, account).text());
  writes_.remove(Key::tags_of(account).text());
}

void Vault::Impl::erase(const AccountId& account) {
  StagedNumber staged = 0;
  {
    const std::lock_guard lock(stage_mutex_);
    writes_.clear();
    add_removal_of_belongings(account);
    writes_.remove(Key::account_key(account).text());
    staged = write_staged();
    const std::lock_guard key_lock(key_mutex_);
    key_cache_.erase(account);
  }
  commit(staged);
}

std::optional<std::string> Vault::Impl::pin(const AccountId& account, const EventId& event) {
  const std::optional<AccountKey> key = account_key(account);
  if (!key) return std::nullopt;
  const std::optional<std::string> sealed = store_.get(Key::pin(account, event).text());
  if (!sealed) return std::nullopt;
  const std::lock_guard lock(pin_mutex_);
  const auto opened = pin_opener_.open(*key, account, event, bytes_of(*sealed));
  if (!opened || opened->size() != VaultBatch::Digits::size) {
    fail(fmt::format("the PIN of account {} set by event {} is damaged ({})", account.hex(), event.hex(),
                     opened ? "not four digits" : name_of(opened.error())));
  }
  return std::string(text_of(*opened));
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
  store_.scan(prefix.text(), [&](std::string_view key, std::string_view) {
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
  store_.require_usable();
  Credential credential{.text = random_credential_text(), .verifier = {}, .expires_at = expires_at};
  credential.verifier = verifier(account, event, expires_at, *normalised_credential(credential.text));
  return credential;
}

CredentialCheck Vault::Impl::check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now) {
  const std::optional<std::string> stored = store_.get(Key::credential(account, event).text());
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
  store_.require_usable();
  return first_bytes<sizeof(Fingerprint)>(own_keys_.fingerprints.mac({content}));
}

Fingerprint Vault::Impl::fingerprint(const AccountKey& key, ByteSpan content) {
  store_.require_usable();
  std::array<Byte, 32> derived;
  // The account key is uniformly random, so HKDF's first step has nothing to add.
  hkdf_expand(key.bytes(), bytes_of(fingerprint_context), derived);
  const Digest digest = HmacKey(derived).mac({content});
  cleanse(derived);
  return first_bytes<sizeof(Fingerprint)>(digest);
}

void Vault::Impl::close() {
  pool_.stop();
  store_.close();
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
    VaultStore::create(directory, first_entries(epoch));
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
    : impl_(std::make_unique<Impl>(directory, epoch, is_used, options)) {}
Vault::~Vault() = default;

NewAccount Vault::take_account() { return impl_->take_account(); }
std::optional<AccountKey> Vault::account_key(const AccountId& account) { return impl_->account_key(account); }
Vault::StagedNumber Vault::stage(const VaultBatch& batch) { return impl_->stage(batch); }
void Vault::commit(StagedNumber staged) { impl_->commit(staged); }
std::optional<std::string> Vault::pin(const AccountId& account, const EventId& event) { return impl_->pin(account, event); }
Credential Vault::make_credential(const AccountId& account, const EventId& event, Timestamp expires_at) {
  return impl_->make_credential(account, event, expires_at);
}
CredentialCheck Vault::check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now) {
  return impl_->check_credential(account, event, typed, now);
}
std::vector<AccountId> Vault::accounts_with_tag(TagKind kind, std::string_view scope, ByteSpan content) {
  return impl_->accounts_with_tag(kind, scope, content);
}
Fingerprint Vault::fingerprint(ByteSpan content) { return impl_->fingerprint(content); }
Fingerprint Vault::fingerprint(const AccountKey& key, ByteSpan content) { return impl_->fingerprint(key, content); }
void Vault::erase(const AccountId& account) { impl_->erase(account); }
void Vault::scrub() { impl_->scrub(); }
void Vault::close() { impl_->close(); }

}  // namespace muniment
