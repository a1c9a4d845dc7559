#include "events/vault/rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/vault/rocks_vault_store.h"
#include "events/vault/vault.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct CutOff : std::exception {};

class Rotation : public testing::Test {
 protected:
  Rotation() : former(Vault::create(folder / "vault", key_file)) {
    open(former);
    for (int i = 0; i < 3; ++i) accounts.push_back(vault->take_account());
    VaultBatch batch;
    batch.put_pin(accounts[0].id, event, "7305");
    batch.add_tag(2, {}, bytes_of("ada@example.org"), accounts[0].id);
    vault->commit(vault->stage(batch));
    vault->close();
  }
  void open(const EpochKey& epoch) {
    vault.emplace(folder / "vault", epoch, [](const AccountId&) { return true; }, VaultOptions{.pool_batch = 4});
  }
  void expect_whole(const EpochKey& epoch) {
    open(epoch);
    for (const NewAccount& account : accounts) {
      const auto key = vault->account_key(account.id);
      ASSERT_TRUE(key);
      EXPECT_TRUE(std::ranges::equal(key->bytes(), account.key.bytes()));
    }
    EXPECT_EQ(vault->pin(accounts[0].id, event), "7305");
    EXPECT_THAT(vault->accounts_with_tag(2, {}, bytes_of("ada@example.org")), testing::ElementsAre(accounts[0].id));
    vault->close();
  }
  std::size_t places(std::string_view bytes) {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "vault")) {
      if (entry.is_regular_file() && content_of(entry.path()).find(bytes) != std::string::npos) ++count;
    }
    return count;
  }
  std::string opening_with(const EpochKey& epoch) {
    return message_of<VaultError>([&] { open(epoch); });
  }

  std::size_t rotate_from(
      const EpochKey& from, const EpochKey& to, const std::function<void(std::string_view step)>& on_step = [](std::string_view) {}) const {
    RocksVaultStore store(folder / "vault", {});
    const std::size_t accounts_rotated = rotate_vault(store, from, to, on_step);
    store.close();
    return accounts_rotated;
  }
  std::size_t rotate(const EpochKey& to, const std::function<void(std::string_view step)>& on_step = [](std::string_view) {}) const {
    return rotate_from(former, to, on_step);
  }

  TempFolder folder;
  const fs::path key_file = folder / "epoch.key";
  EpochKey former;
  std::optional<Vault> vault;
  std::vector<NewAccount> accounts;
  const EventId event{std::array<Byte, 16>{0xee, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
};

TEST_F(Rotation, WrapsEveryKeyAnewSoThatTheFormerKeyOpensNothing) {
  const EpochKey current = prepare_next_epoch_key(key_file);
  ASSERT_GT(places(text_of(former.id)), 0U);
  EXPECT_GE(rotate(current), 3U);
  EXPECT_EQ(epoch_of_vault(RocksVaultStore(folder / "vault", {})), current.id);
  expect_whole(current);
  open(current);
  EXPECT_EQ(vault->epoch(), current.id);
  EXPECT_EQ(vault->former_epoch(), former.id);
  vault->close();
  EXPECT_THAT(opening_with(former), HasSubstr("wrong epoch key"));
  for (const NewAccount& account : accounts) EXPECT_EQ(places(text_of(ByteSpan(account.wrapped).subspan(8))), 0U);
}

TEST_F(Rotation, GoesOnWhereItWasCutOff) {
  const EpochKey current = prepare_next_epoch_key(key_file);
  for (const std::string_view at :
       {"wrap the keys of accounts", "wrap the vault's own keys", "ask for the current key", "rewrite the files"}) {
    EXPECT_THROW(rotate(current,
                        [&](std::string_view step) {
                          if (step == at) throw CutOff{};
                        }),
                 CutOff);
  }
  rotate(current);
  expect_whole(current);
}

TEST_F(Rotation, RefusesAKeyThatIsNotTheVaultsAndChangesNothing) {
  EpochKey other = create_epoch_key(folder / "other.key");
  other.id = former.id;
  EXPECT_THAT(message_of<VaultError>([&] { rotate_from(other, prepare_next_epoch_key(key_file)); }),
              HasSubstr("does not open under the epoch key that it names"));
  expect_whole(former);
}

TEST_F(Rotation, DestroysTheFormerKeyWhenTheNextOneTakesItsPlace) {
  const std::string before = content_of(key_file);
  const EpochKey next = prepare_next_epoch_key(key_file);
  EXPECT_EQ(content_of(key_file), before) << "until the vault is under the next one";
  EXPECT_EQ(read_next_epoch_key(key_file).id, next.id);
  EXPECT_EQ(prepare_next_epoch_key(key_file).id, next.id) << "again it is the same";
  fs::create_hard_link(key_file, folder / "the same file");
  adopt_next_epoch_key(key_file);
  EXPECT_EQ(read_epoch_key(key_file).id, next.id);
  EXPECT_FALSE(has_next_epoch_key(key_file));
  EXPECT_EQ(content_of(folder / "the same file"), std::string(before.size(), '\0')) << "and not merely unlinked";
}

TEST_F(Rotation, TakesNoKeyForTheNextOneThatWasNotWholeWhenACrashCame) {
  set_content(folder / "epoch.key.making", "muniment/epoch/1 torn");
  EXPECT_FALSE(has_next_epoch_key(key_file));
  EXPECT_NE(prepare_next_epoch_key(key_file).id, former.id);
}

TEST_F(Rotation, DrillsACopyOfTheKeyAgainstABackupOfTheVault) {
  open(former);
  vault->back_up(folder / "backup");
  vault->close();
  const auto files = [&] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder / "backup")) ++count;
    return count;
  };
  const auto before = files();
  EXPECT_GE(drill_epoch_key(folder / "backup", read_epoch_key(key_file)), 3U);
  EXPECT_EQ(files(), before) << "a drill changes nothing";
  const EpochKey other = create_epoch_key(folder / "other.key");
  EXPECT_THAT(message_of<VaultError>([&] { drill_epoch_key(folder / "backup", other); }),
              HasSubstr("is under epoch key " + to_hex(former.id) + " and does not open with this copy, which is " + to_hex(other.id)));
}

TEST_F(Rotation, LeavesACopyOfTheVaultFromBeforeForNobodyToOpen) {
  open(former);
  vault->back_up(folder / "backup");
  vault->close();
  const EpochKey current = prepare_next_epoch_key(key_file);
  rotate(current);
  adopt_next_epoch_key(key_file);
  EXPECT_THROW(drill_epoch_key(folder / "backup", read_epoch_key(key_file)), VaultError);
  EXPECT_NO_THROW(drill_epoch_key(folder / "vault", read_epoch_key(key_file)));
}

}  // namespace
}  // namespace muniment
