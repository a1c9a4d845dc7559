// What the files of a vault's folder hold, and what they must not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>

#include "events/vault/account_entry.h"
#include "events/vault/format.h"
#include "events/vault/vault.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

class VaultFiles : public testing::Test {
 protected:
  VaultFiles() : epoch(Vault::create(folder / "vault", folder / "epoch.key")) {
    open();
    while (places(pin) > 0) pin = std::to_string(std::stoi(pin) + 1);
    account.emplace(vault->take_account());
    credential = vault->make_credential(account->id, event, Timestamp{1'600'000'000'000'000'000});
    VaultBatch batch;
    batch.put_pin(account->id, event, pin);
    batch.put_credential(account->id, event, credential);
    batch.add_tag(2, scope, bytes_of(email), account->id);
    vault->commit(vault->stage(batch));
  }
  void open() {
    vault = std::make_unique<Vault>(
        folder / "vault", epoch, [this](const AccountId& id) { return account && id == account->id; }, VaultOptions{.pool_batch = 4});
  }

  // The number of places in all the folder's files where these bytes stand. In those of data alone, if they are so few that RocksDB's texts
  // about itself, which are full of digits, could hold them by chance.
  std::size_t places(std::string_view bytes, bool in_data_alone = false) {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "vault")) {
      const std::string extension = entry.path().extension();
      if (!entry.is_regular_file() || (in_data_alone && extension != ".sst" && extension != ".log")) continue;
      const std::string content = content_of(entry.path());
      for (std::size_t at = content.find(bytes); at != std::string::npos; at = content.find(bytes, at + 1)) ++count;
    }
    return count;
  }

  // What the tables hold under this key, read beside the vault.
  std::string stored(const vault_format::Key& key) {
    rocksdb::Options options;
    options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(options, (folder / "vault").string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string value;
    EXPECT_TRUE(db->Get({}, std::string(key.text()), &value).ok());
    return value;
  }

  TempFolder folder;
  EpochKey epoch;
  std::unique_ptr<Vault> vault;
  std::optional<NewAccount> account;
  const EventId event{std::array<Byte, 16>{0xee, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
  Credential credential;
  std::string pin = "7305";  // Or a later one: the ids that RocksDB writes into each table are full of digits.
  const std::string email = "ada.lovelace@example.org";
  const std::string scope = "110012345A";
};

TEST_F(VaultFiles, HoldNoSecretInTheClear) {
  const auto expect_none = [&](const char* when) {
    std::string bare = credential.text;
    std::erase(bare, '-');
    EXPECT_EQ(places(text_of(account->key.bytes())), 0U) << when;
    EXPECT_EQ(places(to_hex(account->key.bytes())), 0U) << when;
    EXPECT_EQ(places(text_of(epoch.secret.bytes())), 0U) << when;
    EXPECT_EQ(places(text_of(account->key.bytes().first(8))), 0U) << when;
    EXPECT_EQ(places(text_of(epoch.secret.bytes().first(8))), 0U) << when;
    EXPECT_EQ(places(pin, true), 0U) << when;
    EXPECT_EQ(places(credential.text), 0U) << when;
    EXPECT_EQ(places(bare), 0U) << when;
    EXPECT_EQ(places(email), 0U) << when;
    // Controls: what is not secret is found by the same search.
    EXPECT_GT(places(text_of(account->id.bytes())), 0U) << when;
    EXPECT_GT(places(text_of(event.bytes())), 0U) << when;
    EXPECT_GT(places(text_of(credential.verifier)), 0U) << when;
    EXPECT_GT(places(scope), 0U) << when;
    EXPECT_GT(places(text_of(epoch.id)), 0U) << when;
  };
  expect_none("in the journal");
  vault->scrub();
  expect_none("in the tables");
  vault->close();
  expect_none("closed");
}

// The control of the test above for the PIN: four digits that are stored in the clear are found.
TEST_F(VaultFiles, WouldShowAPinInTheClear) {
  VaultBatch batch;
  batch.add_tag(3, pin, bytes_of("x"), account->id);
  vault->commit(vault->stage(batch));
  EXPECT_GT(places(pin, true), 0U);
  vault->close();
  EXPECT_GT(places(pin, true), 0U);
}

TEST_F(VaultFiles, HoldNothingOfAnErasedAccountOnceScrubbed) {
  vault->scrub();
  const std::optional<AccountEntry> entry = AccountEntry::decode(stored(vault_format::Key::account(account->id)));
  const std::string wrapped(text_of(entry->wrapped_key().subspan(8)));  // Behind the epoch's id, which all share.
  const std::string sealed_pin(text_of(*entry->pin(event)));
  ASSERT_GT(places(wrapped), 0U);
  ASSERT_GT(places(sealed_pin), 0U);
  ASSERT_GT(places(text_of(credential.verifier)), 0U);
  vault->erase(account->id);
  vault->scrub();
  vault->close();  // RocksDB may keep a file that it does not need for a moment longer.
  EXPECT_EQ(places(wrapped), 0U);
  EXPECT_EQ(places(sealed_pin), 0U);
  EXPECT_EQ(places(text_of(credential.verifier)), 0U);
}

TEST_F(VaultFiles, NeverIncludeTheEpochKey) {
  EXPECT_TRUE(fs::exists(folder / "epoch.key"));
  for (const auto& entry : fs::recursive_directory_iterator(folder / "vault")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(content_of(entry.path()).find("muniment/epoch/1"), std::string::npos) << entry.path();
  }
  EXPECT_NE(content_of(folder / "epoch.key").find("muniment/epoch/1"), std::string::npos);
}

TEST_F(VaultFiles, RememberWhichErasuresAreDone) {
  EXPECT_EQ(vault->erasures_done(), ErasuresDone{});
  const ErasuresDone seven{7, IdSource{}.next_event()};
  vault->note_erasures(seven);
  vault.reset();  // As after a crash.
  open();
  EXPECT_EQ(vault->erasures_done(), seven);
}

TEST_F(VaultFiles, AreCopiedWholeWhileTheVaultGoesOn) {
  vault->back_up(folder / "copy");
  // What rots in the vault must not rot in its copy.
  for (const auto& entry : fs::directory_iterator(folder / "copy")) EXPECT_EQ(entry.hard_link_count(), 1U) << entry.path();
  vault->erase(account->id);
  vault->scrub();
  Vault copy(folder / "copy", epoch, [](const AccountId&) { return true; });
  EXPECT_EQ(copy.pin(account->id, event), pin);
  EXPECT_FALSE(vault->account_key(account->id));
  EXPECT_THAT(message_of<VaultError>([&] { vault->back_up(folder / "copy"); }), testing::HasSubstr("copy it to"));
}

}  // namespace
}  // namespace muniment
