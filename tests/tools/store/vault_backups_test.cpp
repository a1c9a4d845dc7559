#include "tools/store/vault_backups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "people.h"

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
  keep_newest_vault_backups(all_, 1);
  EXPECT_FALSE(fs::exists(first.folder));
  EXPECT_FALSE(fs::exists(all_ / "vault-20200101T000000Z"));
  EXPECT_TRUE(fs::exists(all_ / "somebody-else")) << "which is none of ours";
  EXPECT_EQ(vault_backups_in(all_).at(0).folder, second.folder);
}

TEST_F(VaultBackupsTest, TellsAManifestThatIsNotWhatWasWritten) {
  const auto made = add_vault_backup(*store_, all_);
  std::ofstream(made.folder / "MANIFEST", std::ios::app) << "x";
  EXPECT_THAT([&] { vault_backups_in(all_); }, ThrowsMessage<BackupDamaged>(HasSubstr("is not what was written")));
}

}  // namespace
}  // namespace muniment::test
