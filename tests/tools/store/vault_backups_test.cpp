#include "tools/store/vault_backups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "people.h"
#include "tools/store/manifest_file.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

class VaultBackupsTest : public testing::Test {
 protected:
  VaultBackupsTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Store::create(folder_ / "store", "rkelly");
    store_ = std::make_unique<Store>(folder_ / "store");
  }
  ~VaultBackupsTest() override {
    store_->close();
    fs::remove_all(folder_);
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("muniment_vault_backups_" + std::to_string(::getpid()));
  const fs::path all_ = folder_ / "backups";
  std::unique_ptr<Store> store_;
};

TEST_F(VaultBackupsTest, StandEachInAFolderOfItsOwnInTheOrderOfTime) {
  EXPECT_THAT(vault_backups_in(all_), IsEmpty());
  const auto first = add_vault_backup(*store_, all_);
  const auto second = add_vault_backup(*store_, all_);
  const auto kept = vault_backups_in(all_);
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].folder, first.folder);
  EXPECT_EQ(kept[1].folder, second.folder);
  EXPECT_EQ(kept[1].manifest.epoch, to_hex(store_->vault().epoch()));
}

TEST_F(VaultBackupsTest, KeepsSoManyOfTheNewestAndNoneThatWasCutOff) {
  const auto first = add_vault_backup(*store_, all_);
  fs::create_directories(all_ / "vault-20200101T000000Z" / "vault");
  fs::create_directories(all_ / "somebody-else");
  const auto second = add_vault_backup(*store_, all_);
  EXPECT_EQ(second.manifest.number, 2U);
  keep_newest_vault_backups(all_, 1);
  EXPECT_FALSE(fs::exists(first.folder));
  EXPECT_FALSE(fs::exists(all_ / "vault-20200101T000000Z"));
  EXPECT_TRUE(fs::exists(all_ / "somebody-else")) << "which is none of ours";
  EXPECT_EQ(vault_backups_in(all_).at(0).folder, second.folder);
}

TEST_F(VaultBackupsTest, AreNeverAskedToKeepNone) {
  add_vault_backup(*store_, all_);
  EXPECT_DEATH(keep_newest_vault_backups(all_, 0), "broken invariant");
  EXPECT_THAT(vault_backups_in(all_), SizeIs(1));
}

// The clock was ahead once, or is behind now.
TEST_F(VaultBackupsTest, KeepsTheOneThatWasMadeLastWhateverTheClockSaid) {
  const auto first = add_vault_backup(*store_, all_);
  const fs::path ahead = all_ / "vault-20360101T000000Z";
  fs::rename(first.folder, ahead);
  write_manifest(ahead / "MANIFEST", "muniment vault backup",
                 {{"epoch", first.manifest.epoch}, {"erasures", "0"}, {"made_at", "2036-01-01T00:00:00Z"}, {"number", "1"}});
  const auto second = add_vault_backup(*store_, all_);
  ASSERT_LT(second.manifest.made_at, vault_backups_in(all_).front().manifest.made_at);
  keep_newest_vault_backups(all_, 1);
  const auto kept = vault_backups_in(all_);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept.front().folder, second.folder);
  EXPECT_EQ(kept.front().manifest.number, 2U);
}

TEST_F(VaultBackupsTest, TellsAManifestThatIsNotWhatWasWrittenAndLeavesItAlone) {
  const auto damaged = add_vault_backup(*store_, all_);
  std::ofstream(damaged.folder / "MANIFEST", std::ios::app) << "x";
  add_vault_backup(*store_, all_);
  const auto last = add_vault_backup(*store_, all_);
  keep_newest_vault_backups(all_, 1);
  ASSERT_THAT(vault_backups_in(all_), SizeIs(1));
  EXPECT_EQ(vault_backups_in(all_).front().folder, last.folder);
  ASSERT_THAT(damaged_vault_backups_in(all_), SizeIs(1));
  EXPECT_THAT(damaged_vault_backups_in(all_).front().what, HasSubstr("is not what was written"));
}

TEST_F(VaultBackupsTest, AreOfOneStoreInAFolder) {
  const auto mine = add_vault_backup(*store_, all_);
  Store::create(folder_ / "other", "rkelly");
  Store other(folder_ / "other");
  EXPECT_THAT([&] { add_vault_backup(other, all_); }, ThrowsMessage<FolderTaken>(HasSubstr("has the backups of another log")));
  other.close();
  EXPECT_TRUE(fs::exists(mine.folder / "MANIFEST"));
}

TEST_F(VaultBackupsTest, TouchNothingInTheFolderThatIsNotTheirOwn) {
  const std::vector<std::string> others{"vault-keys-of-somebody", "vault-muniment-2026-11-20", "vault-20200101",
                                        "vault-20200101T000000",  "vault-20200101T0000O0Z",    "vault-20200101T000000.Z"};
  for (const std::string& other : others) fs::create_directories(all_ / other / "vault");
  const fs::path with_more = all_ / "vault-20200101T000000Z";
  fs::create_directories(with_more / "vault");
  std::ofstream(with_more / "precious") << "x";
  const fs::path cut_off = all_ / "vault-20200102T000000.5Z";
  fs::create_directories(cut_off / "vault");
  add_vault_backup(*store_, all_);
  add_vault_backup(*store_, all_);
  keep_newest_vault_backups(all_, 1);
  for (const std::string& other : others) EXPECT_TRUE(fs::exists(all_ / other)) << other;
  EXPECT_TRUE(fs::exists(with_more / "precious"));
  EXPECT_FALSE(fs::exists(cut_off));
}

// On a disk that is full it would leave one more each time.
TEST_F(VaultBackupsTest, RemoveWhatWasCutOffBeforeTheyAreMade) {
  const fs::path cut_off = all_ / "vault-20200101T000000Z";
  fs::create_directories(cut_off / "vault.tmp");
  store_->vault().close();
  EXPECT_THROW(add_vault_backup(*store_, all_), VaultError);
  EXPECT_FALSE(fs::exists(cut_off));
}

}  // namespace
}  // namespace muniment::test
