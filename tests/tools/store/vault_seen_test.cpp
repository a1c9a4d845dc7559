#include "tools/store/vault_seen.h"

#include <gmock/gmock.h>

#include <fstream>

#include "events/vault/vault_error.h"
#include "tests/events/log/temp_folder.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class VaultSeenTest : public testing::Test {
 protected:
  TempFolder folder_;
  const std::filesystem::path store_ = folder_ / "";
};

TEST_F(VaultSeenTest, IsNothingWhereNothingWasNoted) {
  {
    const VaultSeen seen(store_);
  }
  EXPECT_FALSE(std::filesystem::exists(store_ / "vault.seen"));
  EXPECT_EQ(read_vault_seen(store_), 0U);
}

TEST_F(VaultSeenTest, IsWhatWasNotedFirstAtOnceAndWhatWasNotedLastInTheEnd) {
  {
    VaultSeen seen(store_);
    seen.note(7);
    EXPECT_EQ(read_vault_seen(store_), 7U);
    seen.note(8);
    seen.note(9);
  }
  EXPECT_EQ(read_vault_seen(store_), 9U);
}

TEST_F(VaultSeenTest, IsLessOnceThatIsNoted) {
  VaultSeen(store_).note(9);
  VaultSeen(store_).note(4);
  EXPECT_EQ(read_vault_seen(store_), 4U);
}

// A node that is told another database, as after a move on another node, has seen nothing of that.
TEST_F(VaultSeenTest, IsOfTheDatabaseThatTheStoreNamesAlone) {
  std::ofstream(store_ / "vault.url") << "postgres://db1/vault\n";
  VaultSeen(store_).note(9);
  EXPECT_EQ(read_vault_seen(store_), 9U);
  std::ofstream(store_ / "vault.url") << "postgres://db2/vault\n";
  EXPECT_EQ(read_vault_seen(store_), 0U);
}

TEST_F(VaultSeenTest, IsNothingOnceItIsForgotten) {
  VaultSeen(store_).note(9);
  forget_vault_seen(store_);
  EXPECT_EQ(read_vault_seen(store_), 0U);
}

TEST_F(VaultSeenTest, RefusesWhatWasNotWritten) {
  VaultSeen(store_).note(98'765);
  std::ifstream in(store_ / "vault.seen", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  in.close();
  const std::size_t at = text.find("98765");
  ASSERT_NE(at, std::string::npos);
  text[at] = '1';
  std::ofstream(store_ / "vault.seen", std::ios::binary) << text;
  EXPECT_THAT([&] { read_vault_seen(store_); }, ThrowsMessage<VaultError>(HasSubstr("vault.seen is damaged")));
  std::ofstream(store_ / "vault.seen", std::ios::binary | std::ios::trunc).close();
  EXPECT_THROW(read_vault_seen(store_), VaultError);
}

TEST_F(VaultSeenTest, OutlivesADiskThatTakesNoMore) {
  VaultSeen seen(store_ / "not there");
  EXPECT_NO_THROW(seen.note(1));
}

}  // namespace
}  // namespace muniment
