#include "events/vault/vault.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "events/vault/format.h"
#include "tests/events/vault/full_disk.h"
#include "tests/events/vault/vault_fixture.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

// Keys and the pool.

TEST_F(AVault, GivesEachAccountAnIdAndAKeyOfItsOwn) {
  std::set<AccountId> ids;
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) {
    const NewAccount account = new_account();
    ids.insert(account.id);
    keys.insert(hex_of(account.key));
    EXPECT_EQ(key_of(account.id), hex_of(account.key));
  }
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(keys.size(), 100U);
}

TEST_F(AVault, KeepsTheKeyOfAnAccountThatWasTakenThroughAKill) {
  std::vector<NewAccount> taken;
  for (int i = 0; i < 30; ++i) taken.push_back(new_account());
  kill_and_open();  // Nothing was committed: a key is durable before it is given out.
  for (const NewAccount& account : taken) EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AVault, KeepsKeysThroughAClose) {
  const NewAccount account = new_account();
  close_and_open();
  EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AVault, ReadsKeysThatItsCacheHasDropped) {
  vault->close();
  open(nobody, {.pool_batch = 8, .key_cache = 2});
  std::vector<NewAccount> taken;
  for (int i = 0; i < 10; ++i) taken.push_back(new_account());
  for (const NewAccount& account : taken) EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AVault, HasNoKeyForAnAccountItNeverGaveOut) { EXPECT_EQ(key_of(AccountId{}), "none"); }

TEST_F(AVault, GivesOutAgainAfterARestartWhatNothingUses) {
  std::vector<AccountId> first;
  for (int i = 0; i < 5; ++i) first.push_back(vault->take_account().id);
  used = {first[0], first[3]};
  close_and_open();
  std::vector<AccountId> second;
  for (int i = 0; i < 24; ++i) second.push_back(vault->take_account().id);
  EXPECT_THAT(second, AllOf(Not(testing::Contains(first[0])), Not(testing::Contains(first[3]))));
  for (const int again : {1, 2, 4}) EXPECT_THAT(second, testing::Contains(first[static_cast<std::size_t>(again)]));
}

TEST_F(AVault, GivesOutAgainAfterAKillWhatNothingUses) {
  const NewAccount lost = vault->take_account();
  kill_and_open();
  std::map<AccountId, std::string> second;
  for (int i = 0; i < 24; ++i) {
    const NewAccount account = vault->take_account();
    second[account.id] = hex_of(account.key);
  }
  EXPECT_EQ(second[lost.id], hex_of(lost.key));
}

// A decision staged and committed this; then came the crash, before its event was in the log.
TEST_F(AVault, GivesOutNoAccountWithTheBelongingsOfAnEarlierOne) {
  const NewAccount lost = vault->take_account();
  const EventId event = new_event();
  VaultBatch batch;
  batch.put_pin(lost.id, event, "0123");
  batch.put_credential(lost.id, event, vault->make_credential(lost.id, event, noon));
  batch.add_tag(email, "", bytes_of("ada@example.org"), lost.id);
  vault->commit(vault->stage(batch));
  kill_and_open();
  EXPECT_THAT(with_email("ada@example.org"), IsEmpty());
  EXPECT_EQ(vault->pin(lost.id, event), std::nullopt);
  EXPECT_EQ(vault->check_credential(lost.id, event, "00000-00000-00000-00000", noon), CredentialCheck::unknown);
  EXPECT_EQ(key_of(lost.id), hex_of(lost.key));
}

// PINs.

TEST_F(AVault, ReadsAPinAsSoonAsItIsStaged) {
  const NewAccount account = new_account();
  const EventId event = new_event();
  EXPECT_EQ(vault->pin(account.id, event), std::nullopt);
  stage_pin(account.id, event, "0123");
  EXPECT_EQ(vault->pin(account.id, event), "0123");
}

TEST_F(AVault, TellsThePinOfTheEventThatIsNamed) {
  const NewAccount account = new_account();
  const EventId first = new_event(), second = new_event(), orphan = new_event();
  stage_pin(account.id, first, "1111");
  stage_pin(account.id, second, "2222");
  EXPECT_EQ(vault->pin(account.id, first), "1111");
  EXPECT_EQ(vault->pin(account.id, second), "2222");
  EXPECT_EQ(vault->pin(account.id, orphan), std::nullopt);
  EXPECT_EQ(vault->pin(new_account().id, first), std::nullopt);
}

TEST_F(AVault, DropsAPin) {
  const NewAccount account = new_account();
  const EventId first = new_event(), second = new_event();
  stage_pin(account.id, first, "1111");
  VaultBatch batch;
  batch.put_pin(account.id, second, "2222");
  batch.drop_pin(account.id, first);
  vault->stage(batch);
  EXPECT_EQ(vault->pin(account.id, first), std::nullopt);
  EXPECT_EQ(vault->pin(account.id, second), "2222");
}

TEST_F(AVault, RefusesAPinForAnAccountWithoutAKey) {
  VaultBatch batch;
  batch.add_tag(email, "", bytes_of("ada@example.org"), new_account().id);
  batch.put_pin(AccountId{}, new_event(), "0123");
  const std::string message = message_of<VaultError>([&] { vault->stage(batch); });
  EXPECT_THAT(message, AllOf(HasSubstr("no key"), HasSubstr(AccountId{}.hex()), Not(HasSubstr("0123"))));
  EXPECT_THAT(with_email("ada@example.org"), IsEmpty());  // Nothing of the batch was staged.
}

TEST_F(AVault, RefusesATagForAnAccountWithoutAKey) {
  EXPECT_THAT(message_of<VaultError>([&] { stage_email(AccountId{}, "ada@example.org"); }),
              AllOf(HasSubstr("no key"), HasSubstr(AccountId{}.hex()), Not(HasSubstr("ada"))));
  EXPECT_THAT(with_email("ada@example.org"), IsEmpty());
  keep_email(AccountId{}, "ada@example.org");  // Leaves it what it has.
}

// What an account has is asked of its entry, whether that is known from its making, in memory or in the tables.
TEST_F(AVault, KeepsAllThatAnAccountOwnsWhereverItsEntryIs) {
  for (const bool in_tables : {false, true}) {
    const NewAccount account = new_account();
    if (in_tables) vault->scrub();
    const EventId first = new_event(), second = new_event();
    stage_pin(account.id, first, "1111");
    if (in_tables) vault->scrub();
    stage_email(account.id, account.id.hex());
    stage_pin(account.id, second, "2222");
    vault->commit(stage_email(account.id, "second" + account.id.hex()));
    const auto expect_all = [&] {
      EXPECT_EQ(vault->pin(account.id, first), "1111");
      EXPECT_EQ(vault->pin(account.id, second), "2222");
      EXPECT_THAT(with_email(account.id.hex()), ElementsAre(account.id));
      EXPECT_THAT(with_email("second" + account.id.hex()), ElementsAre(account.id));
      EXPECT_EQ(key_of(account.id), hex_of(account.key));
    };
    expect_all();
    kill_and_open();
    expect_all();
  }
}

TEST(VaultBatchDeath, StopsAtAPinThatIsNotFourDigits) {
  VaultBatch batch;
  EXPECT_DEATH(batch.put_pin(AccountId{}, EventId{}, "123"), "broken invariant");
  EXPECT_DEATH(batch.put_pin(AccountId{}, EventId{}, "12345"), "broken invariant");
  EXPECT_DEATH(batch.put_pin(AccountId{}, EventId{}, "12a4"), "broken invariant");
  batch.put_pin(AccountId{}, EventId{}, "1234");
}

// In an account's entry it stands for a PIN.
TEST(VaultBatchDeath, StopsAtATagOfKindZero) {
  VaultBatch batch;
  EXPECT_DEATH(batch.add_tag(0, "", {}, AccountId{}), "broken invariant");
  EXPECT_DEATH(batch.keep_tag(0, "", {}, AccountId{}), "broken invariant");
}

// Staging and committing.

TEST_F(AVault, KeepsWhatIsCommittedWhenKilled) {
  const NewAccount account = new_account();
  const EventId event = new_event();
  vault->commit(stage_pin(account.id, event, "1111"));
  kill_and_open();
  EXPECT_EQ(vault->pin(account.id, event), "1111");
}

// The control of all that a kill leaves behind: most of what is only staged is gone.
TEST_F(AVault, MayLoseWhatIsOnlyStagedWhenKilled) {
  const NewAccount account = new_account();
  vault->take_account();
  std::size_t kept = 0;
  for (int i = 0; i < 5; ++i) {
    const EventId event = new_event();
    stage_pin(account.id, event, "2222");
    kill_and_open();
    if (vault->pin(account.id, event)) ++kept;  // A sync of the pool's may have come between.
  }
  EXPECT_LT(kept, 5U);
}

TEST_F(AVault, CommitsEverythingThatWasStagedBefore) {
  const NewAccount account = new_account();
  std::vector<EventId> events;
  Vault::StagedNumber last = 0;
  for (int i = 0; i < 10; ++i) {
    events.push_back(new_event());
    const Vault::StagedNumber number = stage_pin(account.id, events.back(), "000" + std::to_string(i));
    EXPECT_GT(number, last);
    last = number;
  }
  vault->commit(last);
  vault->commit(last);
  vault->commit(last - 5);
  kill_and_open();
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(vault->pin(account.id, events[i]), "000" + std::to_string(i));
}

TEST_F(AVault, KeepsThroughACloseWhatWasOnlyStaged) {
  const NewAccount account = new_account();
  const EventId event = new_event();
  stage_pin(account.id, event, "0123");
  close_and_open();
  EXPECT_EQ(vault->pin(account.id, event), "0123");
}

TEST_F(AVault, StagesABatchWholeOrNotAtAllForAReader) {
  const NewAccount one = new_account(), other = new_account();
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      // Both move from one content to the next in one batch, and are looked at in the order in which a torn batch would show.
      for (const char* content : {"a", "b"}) {
        const std::size_t count = with_email(content).size();
        ASSERT_TRUE(count == 0 || count == 2) << count;
      }
    }
  });
  for (int i = 0; i < 2000; ++i) {
    VaultBatch batch;
    for (const AccountId& id : {one.id, other.id}) {
      const auto content = bytes_of(i % 2 == 0 ? "a" : "b");
      batch.add_tag(email, "", content, id);
      batch.keep_tag(email, "", content, id);
    }
    vault->stage(batch);
  }
  done = true;
  reader.join();
}

TEST_F(AVault, IsCommittedOnOneThreadWhileStagedOnAnother) {
  std::vector<NewAccount> accounts;
  for (int i = 0; i < 20; ++i) accounts.push_back(new_account());
  std::vector<EventId> events;
  for (int i = 0; i < 2000; ++i) events.push_back(new_event());
  std::atomic<Vault::StagedNumber> staged = 0;
  std::atomic<bool> done = false;
  std::thread committer([&] {
    while (!done) vault->commit(staged);
    vault->commit(staged);
  });
  const auto account_of = [&](std::size_t i) { return accounts[i % accounts.size()].id; };
  for (std::size_t i = 0; i < events.size(); ++i) {
    staged = stage_pin(account_of(i), events[i], "1234");
    ASSERT_EQ(vault->pin(account_of(i), events[i]), "1234");
    ASSERT_EQ(vault->pin(account_of(i / 2), events[i / 2]), "1234");
  }
  done = true;
  committer.join();
  kill_and_open();
  for (std::size_t i = 0; i < events.size(); ++i) ASSERT_EQ(vault->pin(account_of(i), events[i]), "1234");
}

TEST_F(AVault, RefusesEverythingOnceACommitFailed) {
  const NewAccount account = new_account();
  const EventId event = new_event();
  const Vault::StagedNumber staged = stage_pin(account.id, event, "0123");
  Vault::StagedNumber last = staged;
  for (int i = 0; i < 500; ++i) last = stage_pin(account.id, new_event(), "4567");
  {
    const FullDisk full(10'000);
    EXPECT_THAT(message_of<VaultError>([&] { vault->commit(last); }), AllOf(HasSubstr(where.string()), HasSubstr("check the disk")));
  }
  const auto refuses = [&](auto&& call) { return message_of<VaultError>(call).find("refusing everything since") != std::string::npos; };
  EXPECT_TRUE(refuses([&] { vault->commit(staged); }));
  EXPECT_TRUE(refuses([&] { vault->stage({}); }));
  EXPECT_TRUE(refuses([&] { vault->take_account(); }));
  EXPECT_TRUE(refuses([&] { vault->account_key(account.id); }));
  EXPECT_TRUE(refuses([&] { vault->pin(account.id, event); }));
  EXPECT_TRUE(refuses([&] { with_email("ada@example.org"); }));
  EXPECT_TRUE(refuses([&] { vault->make_credential(account.id, event, noon); }));
  EXPECT_TRUE(refuses([&] { vault->check_credential(account.id, event, "", noon); }));
  EXPECT_TRUE(refuses([&] { vault->fingerprint({}); }));
  EXPECT_TRUE(refuses([&] { vault->fingerprint(account.key, {}); }));
  EXPECT_TRUE(refuses([&] { vault->erase(account.id); }));
  EXPECT_TRUE(refuses([&] { vault->scrub(); }));
}

TEST_F(AVault, RefusesEverythingOnceClosed) {
  const NewAccount account = new_account();
  vault->close();
  vault->close();
  const auto refuses = [&](auto&& call) { return message_of<VaultError>(call).find("closed") != std::string::npos; };
  EXPECT_TRUE(refuses([&] { vault->take_account(); }));
  EXPECT_TRUE(refuses([&] { vault->account_key(account.id); }));
  EXPECT_TRUE(refuses([&] { vault->stage({}); }));
  EXPECT_TRUE(refuses([&] { vault->fingerprint({}); }));
  EXPECT_TRUE(refuses([&] { vault->erase(account.id); }));
}

// Making and opening.

TEST_F(AVault, IsReadableByItsOwnerAlone) {
  struct stat status{};
  ASSERT_EQ(::stat(where.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(AVault, OpensWithTheKeyReadFromItsFile) {
  const NewAccount account = new_account();
  vault->close();
  epoch = read_epoch_key(epoch_file);
  open();
  EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AVault, IsNotMadeWhereSomethingStands) {
  EXPECT_THAT(message_of<VaultError>([&] { Vault::create(where, folder / "second.key"); }),
              AllOf(HasSubstr(where.string()), HasSubstr("exists")));
  EXPECT_FALSE(fs::exists(folder / "second.key"));
  EXPECT_NE(message_of<VaultError>([&] { Vault::create(folder / "no" / "where", folder / "second.key"); }), "");
  EXPECT_FALSE(fs::exists(folder / "second.key"));
}

TEST_F(AVault, IsMadeInAFolderThatIsEmpty) {
  fs::create_directory(folder / "empty");
  const EpochKey made = Vault::create(folder / "empty", folder / "second.key");
  EXPECT_NO_THROW(Vault(folder / "empty", made, nobody).take_account());
}

TEST_F(AVault, IsNotMadeOverAnEpochKey) {
  const std::string before = content_of(epoch_file);
  EXPECT_THAT(message_of<VaultError>([&] { Vault::create(folder / "second", epoch_file); }), HasSubstr("exists already"));
  EXPECT_EQ(content_of(epoch_file), before);
}

TEST_F(AVault, LeavesNothingBehindWhenItCannotBeMade) {
  {
    const FullDisk full(500);  // Enough for the epoch key, and not for a database.
    EXPECT_THAT(message_of<VaultError>([&] { Vault::create(folder / "second", folder / "second.key"); }), HasSubstr("cannot create it"));
  }
  EXPECT_FALSE(fs::exists(folder / "second"));
  EXPECT_FALSE(fs::exists(folder / "second.key"));
  EXPECT_NO_THROW(Vault::create(folder / "second", folder / "second.key"));
}

TEST_F(AVault, NeverHasItsEpochKeyInItsOwnFolder) {
  for (const fs::path& inside : {folder / "second" / "epoch.key", folder / "second" / "deep" / "epoch.key",
                                 folder / "first" / ".." / "second" / "epoch.key", folder / "second" / "." / "epoch.key"}) {
    EXPECT_THAT(message_of<VaultError>([&] { Vault::create(folder / "second", inside); }), HasSubstr("own folder")) << inside;
  }
  EXPECT_FALSE(fs::exists(folder / "second"));
  EXPECT_NO_THROW(Vault::create(folder / "second", folder / "second.key"));  // Beside it, with the folder's name in its own.
}

TEST_F(AVault, BelongsToOneProcess) {
  EXPECT_THAT(message_of<VaultError>([&] { Vault(where, epoch, nobody); }), HasSubstr("another process holds it"));
}

TEST_F(AVault, NamesAWrongEpochKey) {
  vault->close();
  const EpochKey other = create_epoch_key(folder / "other.key");
  EXPECT_THAT(message_of<VaultError>([&] { Vault(where, other, nobody); }),
              AllOf(HasSubstr(where.string()), HasSubstr("wrong epoch key"), HasSubstr(to_hex(epoch.id)), HasSubstr(to_hex(other.id))));
  const EpochKey impostor{.id = epoch.id, .secret = other.secret};
  EXPECT_THAT(message_of<VaultError>([&] { Vault(where, impostor, nobody); }), AllOf(HasSubstr(where.string()), HasSubstr("check value")));
  EXPECT_NO_THROW(open());
}

TEST(VaultThatWasLost, HasNoKeyAndKeepsNothing) {
  Vault lost{LostVault{}};
  const AccountId account{std::array<Byte, 16>{1}};
  EXPECT_TRUE(lost.is_lost());
  EXPECT_FALSE(lost.account_key(account));
  EXPECT_FALSE(lost.pin(account, EventId{}));
  EXPECT_THAT(lost.accounts_with_tag(1, {}, bytes_of("x")), testing::IsEmpty());
  EXPECT_EQ(lost.fingerprint(bytes_of("x")), fingerprint_without_vault);
  EXPECT_EQ(lost.fingerprint(bytes_of("y")), fingerprint_without_vault) << "which says nothing of the content";
  const std::string advice = "there is no vault: the node runs without it; restore it from its backup";
  EXPECT_EQ(message_of<VaultError>([&] { lost.take_account(); }), advice);
  EXPECT_EQ(message_of<VaultError>([&] { lost.erase(account); }), advice);
  EXPECT_EQ(message_of<VaultError>([&] { lost.note_erasures({1, {}}); }), advice);
  lost.close();
}

}  // namespace
}  // namespace muniment
