// A vault in a folder of its own, for the tests of what it does: opened, closed, and killed as a power cut would.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "events/vault/vault.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {

inline constexpr TagKind email = 2;
inline constexpr TagKind person = 1;
inline constexpr Timestamp noon{1'600'000'000'000'000'000};
inline constexpr Timestamp midnight{noon.ns + 12LL * 3600 * 1'000'000'000};

inline bool nobody(const AccountId&) { return false; }

class AVault : public testing::Test {
 protected:
  AVault() : epoch(Vault::create(where, epoch_file)) { open(); }

  void open(const Vault::IsUsed& is_used = nobody, const VaultOptions& options = {.pool_batch = 8}) {
    vault.reset();
    vault = std::make_unique<Vault>(where, epoch, is_used, options);
  }
  void close_and_open() {
    vault->close();
    open([this](const AccountId& id) { return used.contains(id); });
  }
  // The files as a power cut would leave them; what is in memory is lost.
  void kill_and_open() {
    const std::filesystem::path copy = folder / ("killed-" + std::to_string(++copies_));
    copy_at_one_moment(where, copy);
    vault.reset();
    where = copy;
    open([this](const AccountId& id) { return used.contains(id); });
  }
  NewAccount new_account() {
    const NewAccount account = vault->take_account();
    used.insert(account.id);
    return account;
  }
  EventId new_event() { return ids_.next_event(); }

  std::string key_of(const AccountId& account) {
    const auto key = vault->account_key(account);
    return key ? to_hex(key->bytes()) : "none";
  }
  std::vector<AccountId> with_email(std::string_view text) { return vault->accounts_with_tag(email, "", bytes_of(text)); }
  Vault::StagedNumber stage_email(const AccountId& account, std::string_view text) {
    VaultBatch batch;
    batch.add_tag(email, "", bytes_of(text), account);
    return vault->stage(batch);
  }
  void keep_email(const AccountId& account, std::string_view text) {
    VaultBatch batch;
    batch.keep_tag(email, "", bytes_of(text), account);
    vault->stage(batch);
  }
  Vault::StagedNumber stage_pin(const AccountId& account, const EventId& event, std::string_view digits) {
    VaultBatch batch;
    batch.put_pin(account, event, digits);
    return vault->stage(batch);
  }

  TempFolder folder;
  std::filesystem::path where = folder / "vault";
  std::filesystem::path epoch_file = folder / "epoch.key";
  EpochKey epoch;
  std::set<AccountId> used;  // What the log would have.
  std::unique_ptr<Vault> vault;

 private:
  IdSource ids_;
  int copies_ = 0;
};

inline std::string hex_of(const AccountKey& key) { return to_hex(key.bytes()); }

}  // namespace muniment
