// The vault: account keys and what must never stand in the log, in a database of its own outside the log's folder.
//
// It holds the key of every account, wrapped by the epoch key; PINs, sealed under their account's key; verifiers of one-time credentials;
// and keyed tags, which answer "who has the same email?" without holding an email. Erasing a person deletes all of it, and with the
// key everything that the log holds sealed under it.
//
// What it promises
// - A key that take_account() returns is durable. So an event that is sealed under it can always be opened, until the account is erased.
// - stage() shows what a batch writes to every later read in this process at once; commit() makes it durable. After a crash a staged
//   batch is there whole or not at all, whether or not it was committed and whether or not the log has the event it belongs to. Therefore
//   PINs and credentials are named by the event that set them: the current one is that of the event the caller names, and one that a crash
//   left without its event is never mistaken for it. Tags carry no event; what is compared by them is a hint, and the log decides.
//   What takes away is staged only once the log holds the event that makes it needless: a crash in between must lose nothing.
// - An account without a key was erased or never existed, and the vault cannot tell which, nor whether its files were put back to an
//   older state: the log knows. A key that is missing for an account that the log has and has not erased means a damaged vault.
// - Damage that a checksum, a tag or the epoch key can show is thrown as VaultError, never taken for absence.
// - When a write or a sync fails, the call throws and every later call does: memory may be ahead of the disk, and nobody may act on it.
//
// Thread safety: all members but the constructor, the destructor and close() may be called from any thread at any time. Calls of stage()
// and erase() take effect in one order; commit() may run on another thread than stage().
//
// One process at a time holds a vault. Messages of exceptions hold ids and paths, no secret and no personal value.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/bytes.h"
#include "events/values/id.h"
#include "events/values/timestamp.h"
#include "events/vault/epoch_key.h"
#include "events/vault/erasures_done.h"
#include "events/vault/key_pool.h"
#include "events/vault/secret.h"
#include "events/vault/vault_batch.h"
#include "events/vault/vault_error.h"

namespace muniment {

class VaultStore;

// Identifies content to those who hold the vault's keys, and to nobody else.
using Fingerprint = std::array<Byte, 16>;

enum class CredentialCheck { valid, wrong, expired, unknown };  // unknown: never issued under that event, redeemed or erased.

struct VaultOptions {
  std::size_t pool_batch = 1024;        // Accounts made ready at a time; the pool doubles it when it is found empty.
  std::size_t key_cache = 65536;        // Unwrapped keys kept in memory, about 150 bytes each.
  std::size_t settle_bytes = 16 << 20;  // Writes kept in memory before they are sorted into the tables; they take twice as much there.
  bool accept_damaged_tail = false;     // Open even if the newest writes are damaged, without them. For who has no better copy.
  bool keeps_nothing = false;           // What is written stays in memory and is gone with it, keys too. For rehearsals.
};

// Says that there is no vault: it was lost, and the log is to serve without it.
struct LostVault {};

// The fingerprint of all content while there is no vault: a repeat of what was recorded so is known by its id alone, then and later.
inline constexpr Fingerprint fingerprint_without_vault{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

class Vault {
 public:
  // Counts batches as they are staged.
  using StagedNumber = std::uint64_t;
  using IsUsed = std::function<bool(const AccountId&)>;

  // Makes a vault in a new or empty folder, and its epoch key in a new file that is not in it. Throws VaultError when either exists
  // or cannot be written, and leaves nothing behind but, at most, an empty folder.
  static EpochKey create(const std::filesystem::path& directory, const std::filesystem::path& epoch_key_file);

  // Opens it. `is_used` says whether the log has an account of that id: ids that an earlier run made ready, and perhaps gave out, and that
  // the log does not have are given out again. Called by the constructor alone.
  // Throws VaultError when there is no vault, another process holds it, a newer program wrote it, the epoch key is another's, or it is
  // damaged.
  Vault(const std::filesystem::path& directory, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options = {});
  // The same where its entries are somewhere else; of the options those count that are not the store's.
  Vault(std::unique_ptr<VaultStore> store, const EpochKey& epoch, const IsUsed& is_used, const VaultOptions& options = {});
  // In place of a vault that was lost. It has no key of anybody and keeps nothing: is_lost() says so, and whoever decides refuses what
  // needs one. Every fingerprint is fingerprint_without_vault. What gives or keeps something throws VaultError.
  explicit Vault(LostVault);
  // Without close() nothing that was committed is lost, and the next open takes longer.
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // A new account's id and key. Waits for the disk only if accounts are taken faster than they can be made ready.
  NewAccount take_account();

  // Nothing when the account was erased or never existed.
  std::optional<AccountKey> account_key(const AccountId& account);

  // Makes the batch visible to reads, whole. Throws VaultError if it sets a PIN or adds a tag of an account that has no key.
  StagedNumber stage(const VaultBatch& batch);

  // Returns once everything that was staged up to that number is durable; one sync serves all of it. Costs nothing if it is already.
  void commit(StagedNumber staged);

  // The four digits that this event set; nothing if it set none or the account was erased.
  std::optional<std::string> pin(const AccountId& account, const EventId& event);

  // A credential for that account that dies at `expires_at`; put_credential() then makes it one that is known.
  Credential make_credential(const AccountId& account, const EventId& event, Timestamp expires_at);
  // Whether `typed` is the credential that this event issued, at that moment. Case, hyphens and spaces do not matter. Changes nothing:
  // whoever accepts it records that, and drops it afterwards.
  CredentialCheck check_credential(const AccountId& account, const EventId& event, std::string_view typed, Timestamp now);

  // The accounts whose content of this kind in this scope is this, in order of their ids.
  std::vector<AccountId> accounts_with_tag(TagKind kind, std::string_view scope, ByteSpan content);

  // Of content that belongs to no account. Another vault gives another fingerprint.
  Fingerprint fingerprint(ByteSpan content);
  // Of content that belongs to an account: once its key is gone, nobody can test a guess against it.
  Fingerprint fingerprint(const AccountKey& key, ByteSpan content);

  // Deletes the account's key, PINs, credentials and tags, durably. Again does nothing. The caller stages nothing for the account after it.
  void erase(const AccountId& account);
  // Rewrites the vault's files, so that none of them holds a byte of what was erased before. Takes seconds for a million accounts: call it
  // after a run of erasures.
  void scrub();

  // Which erasures are carried out here. A vault from an older backup has fewer than the log, and one whose erasing was cut off.
  // note_erasures() is durable when it returns.
  ErasuresDone erasures_done() const;
  void note_erasures(const ErasuresDone& done);

  bool is_lost() const { return impl_ == nullptr; }
  // The epoch whose key wraps its keys, and the one before, whose key was destroyed; nothing where there was none.
  EpochId epoch() const;
  std::optional<EpochId> former_epoch() const;

  // Copies the vault as it is into a new folder, while it goes on. The epoch key is not among what is copied.
  void back_up(const std::filesystem::path& folder);

  // Makes durable what is staged, flushes it, so that the next open is fast, and closes. No other call may be under way; every later one
  // throws. A second close does nothing.
  void close();

 private:
  class Impl;
  Impl& impl() const;  // Throws VaultError where the vault was lost.

  std::unique_ptr<Impl> impl_;  // Null where the vault was lost.
};

}  // namespace muniment
