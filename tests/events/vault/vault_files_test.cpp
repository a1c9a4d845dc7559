// What the files of a vault's folder hold, and what they must not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

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
    account.emplace(vault->take_account());
    credential = vault->make_credential(account->id, event, Timestamp{1'600'000'000'000'000'000});
    VaultBatch batch;
    batch.put_pin(account->id, event, pin);
    batch.put_credential(account->id, event, credential);
    batch.replace_tag(2, scope, bytes_of(email), account->id);
    vault->commit(vault->stage(batch));
  }
  void open() {
    vault = std::make_unique<Vault>(
        folder / "vault", epoch, [this](const AccountId& id) { return account && id == account->id; }, VaultOptions{.pool_batch = 4});
  }

  // The number of places in all the folder's files where these bytes stand.
  std::size_t places(std::string_view bytes) {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "vault")) {
      if (!entry.is_regular_file()) continue;
      const std::string content = content_of(entry.path());
      for (std::size_t at = content.find(bytes); at != std::string::npos; at = content.find(bytes, at + 1)) ++count;
    }
    return count;
  }

  TempFolder folder;
  EpochKey epoch;
  std::unique_ptr<Vault> vault;
  std::optional<NewAccount> account;
  const EventId event{std::array<Byte, 16>{0xee, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
  Credential credential;
  const std::string pin = "7305";
  const std::string email = "ada.lovelace@example.org";
  const std::string scope = "110012345A";
};

// Four digits may stand anywhere by chance; in a run of them between the bytes that the seal puts around, they may not.
std::string padded(const std::string& pin) { return std::string("\0\4", 2) + pin + std::string(8, '\0'); }

TEST_F(VaultFiles, HoldNoSecretInTheClear) {
  const auto expect_none = [&](const char* when) {
    std::string bare = credential.text;
    std::erase(bare, '-');
    EXPECT_EQ(places(text_of(account->key.bytes())), 0U) << when;
    EXPECT_EQ(places(to_hex(account->key.bytes())), 0U) << when;
    EXPECT_EQ(places(text_of(epoch.secret.bytes())), 0U) << when;
    EXPECT_EQ(places(text_of(account->key.bytes().first(8))), 0U) << when;
    EXPECT_EQ(places(text_of(epoch.secret.bytes().first(8))), 0U) << when;
    EXPECT_EQ(places(padded(pin)), 0U) << when;
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

// The control of the test above for the PIN: a value that is stored in the clear is found, compressed or not.
TEST_F(VaultFiles, WouldShowAPinInTheClear) {
  VaultBatch batch;
  const std::string as_scope = padded(pin);
  batch.replace_tag(3, as_scope, bytes_of("x"), account->id);
  vault->commit(vault->stage(batch));
  EXPECT_GT(places(padded(pin)), 0U);
  vault->close();
  EXPECT_GT(places(padded(pin)), 0U);
}

TEST_F(VaultFiles, HoldNothingOfAnErasedAccountOnceScrubbed) {
  const std::string wrapped = [&] {
    vault->scrub();
    std::string files;
    for (const auto& entry : fs::directory_iterator(folder / "vault")) {
      if (entry.path().extension() == ".sst") files += content_of(entry.path());
    }
    return files;
  }();
  ASSERT_GT(places(text_of(account->id.bytes())), 0U);
  ASSERT_GT(places(text_of(credential.verifier)), 0U);
  vault->erase(account->id);
  vault->scrub();
  for (int i = 0; i < 20; ++i) vault->take_account();  // The list of ids lately given out is written anew.
  vault->close();
  EXPECT_EQ(places(text_of(credential.verifier)), 0U);
  EXPECT_EQ(places(text_of(vault_format::Key::account_key(account->id).text())), 0U);
}

TEST_F(VaultFiles, NeverIncludeTheEpochKey) {
  EXPECT_TRUE(fs::exists(folder / "epoch.key"));
  for (const auto& entry : fs::recursive_directory_iterator(folder / "vault")) {
    if (entry.is_regular_file()) EXPECT_EQ(content_of(entry.path()).find("muniment/epoch/1"), std::string::npos) << entry.path();
  }
  EXPECT_NE(content_of(folder / "epoch.key").find("muniment/epoch/1"), std::string::npos);
}

}  // namespace
}  // namespace muniment
