#include "events/vault/epoch_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "events/vault/vault_error.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

bool same(const EpochKey& a, const EpochKey& b) { return a.id == b.id && equal_in_constant_time(a.secret.bytes(), b.secret.bytes()); }

TEST(EpochKey, IsReadAsItWasWritten) {
  const TempFolder folder;
  const EpochKey made = create_epoch_key(folder / "epoch.key");
  EXPECT_TRUE(same(read_epoch_key(folder / "epoch.key"), made));
}

TEST(EpochKey, DiffersEachTime) {
  const TempFolder folder;
  const EpochKey one = create_epoch_key(folder / "one.key");
  const EpochKey other = create_epoch_key(folder / "other.key");
  EXPECT_NE(one.id, other.id);
  EXPECT_FALSE(equal_in_constant_time(one.secret.bytes(), other.secret.bytes()));
}

TEST(EpochKey, CanBeReadByItsOwnerAlone) {
  const TempFolder folder;
  create_epoch_key(folder / "epoch.key");
  struct stat status{};
  ASSERT_EQ(::stat((folder / "epoch.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

// Magic, id 00..07, key 20..3f, and the SHA-256 of these, computed apart from this program.
TEST(EpochKey, ReadsTheGoldenFile) {
  const TempFolder folder;
  const Bytes file = *from_hex(
      "6d756e696d656e742f65706f63682f31"
      "0001020304050607"
      "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
      "5cd987972879c50bbed278569431bf38594326fbfdaef511ec6ed85cede002cc");
  set_content(folder / "epoch.key", std::string(text_of(file)));
  const EpochKey key = read_epoch_key(folder / "epoch.key");
  EXPECT_EQ(to_hex(key.id), "0001020304050607");
  EXPECT_EQ(to_hex(key.secret.bytes()), "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
}

TEST(EpochKey, NeverOverwritesAFile) {
  const TempFolder folder;
  const EpochKey made = create_epoch_key(folder / "epoch.key");
  EXPECT_THAT(message_of<VaultError>([&] { create_epoch_key(folder / "epoch.key"); }),
              AllOf(HasSubstr((folder / "epoch.key").string()), HasSubstr("exists already")));
  EXPECT_TRUE(same(read_epoch_key(folder / "epoch.key"), made));
}

TEST(EpochKey, SaysWhenItsFolderIsMissing) {
  const TempFolder folder;
  EXPECT_THAT(message_of<VaultError>([&] { create_epoch_key(folder / "nowhere" / "epoch.key"); }),
              AllOf(HasSubstr("cannot create it"), HasSubstr("No such file")));
}

TEST(EpochKey, SaysWhenItsFileIsMissing) {
  const TempFolder folder;
  EXPECT_THAT(message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); }),
              AllOf(HasSubstr("cannot open it"), HasSubstr("restore")));
}

TEST(EpochKey, FindsAFlippedBitInEveryByte) {
  const TempFolder folder;
  create_epoch_key(folder / "epoch.key");
  const std::string intact = content_of(folder / "epoch.key");
  ASSERT_EQ(intact.size(), 88U);
  for (std::size_t bit = 0; bit < intact.size() * 8; bit += 7) {
    std::string damaged = intact;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    set_content(folder / "epoch.key", damaged);
    EXPECT_THAT(message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); }),
                AllOf(HasSubstr((folder / "epoch.key").string()), HasSubstr(bit < 128 ? "no epoch key of a format" : "damaged"),
                      HasSubstr("restore it")))
        << "bit " << bit;
  }
  set_content(folder / "epoch.key", intact);
  EXPECT_NO_THROW(read_epoch_key(folder / "epoch.key"));
}

TEST(EpochKey, FindsAFileCutShortOrGrown) {
  const TempFolder folder;
  create_epoch_key(folder / "epoch.key");
  const std::string intact = content_of(folder / "epoch.key");
  set_content(folder / "epoch.key", intact.substr(0, 87));
  EXPECT_THAT(message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); }), HasSubstr("87 bytes where an epoch key has 88"));
  set_content(folder / "epoch.key", intact + "\n");
  EXPECT_THAT(message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); }), HasSubstr("more bytes"));
  set_content(folder / "epoch.key", "");
  EXPECT_THAT(message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); }), HasSubstr("0 bytes"));
}

// No message of damage may hold what the file holds.
TEST(EpochKey, TellsNoSecretWhenDamaged) {
  const TempFolder folder;
  const EpochKey made = create_epoch_key(folder / "epoch.key");
  std::string damaged = content_of(folder / "epoch.key");
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  set_content(folder / "epoch.key", damaged);
  const std::string message = message_of<VaultError>([&] { read_epoch_key(folder / "epoch.key"); });
  EXPECT_THAT(message, Not(HasSubstr(to_hex(made.secret.bytes()).substr(0, 8))));
  EXPECT_THAT(message, Not(HasSubstr(text_of(made.secret.bytes().first(4)))));
}

}  // namespace
}  // namespace muniment
