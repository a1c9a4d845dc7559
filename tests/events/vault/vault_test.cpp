#include "events/vault/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "events/vault/format.h"
#include "tests/events/vault/full_disk.h"
#include "tests/events/vault/temp_folder.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

constexpr TagKind email = 2;
constexpr TagKind person = 1;
constexpr Timestamp noon{1'600'000'000'000'000'000};
constexpr Timestamp midnight{noon.ns + 12LL * 3600 * 1'000'000'000};

bool nobody(const AccountId&) { return false; }

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
    const fs::path copy = folder / ("killed-" + std::to_string(++copies_));
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
  fs::path where = folder / "vault";
  fs::path epoch_file = folder / "epoch.key";
  EpochKey epoch;
  std::set<AccountId> used;  // What the log would have.
  std::unique_ptr<Vault> vault;

 private:
  IdSource ids_;
  int copies_ = 0;
};

std::string hex_of(const AccountKey& key) { return to_hex(key.bytes()); }

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

// Credentials.

class ACredential : public AVault {
 protected:
  ACredential() : credential(vault->make_credential(account.id, event, midnight)) {}

  void issue() {
    VaultBatch batch;
    batch.put_credential(account.id, event, credential);
    vault->commit(vault->stage(batch));
  }
  CredentialCheck check(std::string_view typed, Timestamp now = noon) { return vault->check_credential(account.id, event, typed, now); }

  const NewAccount account = new_account();
  const EventId event = new_event();
  const Credential credential;
};

TEST_F(ACredential, IsUnknownUntilItIsStaged) {
  EXPECT_EQ(check(credential.text), CredentialCheck::unknown);
  issue();
  EXPECT_EQ(check(credential.text), CredentialCheck::valid);
}

TEST_F(ACredential, IsReadAsPeopleTypeIt) {
  issue();
  std::string typed = credential.text;
  std::erase(typed, '-');
  std::ranges::transform(typed, typed.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  EXPECT_EQ(check(typed), CredentialCheck::valid);
}

TEST_F(ACredential, IsWrongIfAnyCharacterDiffers) {
  issue();
  for (std::size_t i = 0; i < credential.text.size(); ++i) {
    if (credential.text[i] == '-') continue;
    std::string typed = credential.text;
    typed[i] = typed[i] == '7' ? '8' : '7';
    EXPECT_EQ(check(typed), CredentialCheck::wrong) << "character " << i;
  }
  EXPECT_EQ(check(""), CredentialCheck::wrong);
  EXPECT_EQ(check(credential.text + "0"), CredentialCheck::wrong);
}

TEST_F(ACredential, DiesAtItsMoment) {
  issue();
  EXPECT_EQ(check(credential.text, Timestamp{midnight.ns - 1}), CredentialCheck::valid);
  EXPECT_EQ(check(credential.text, midnight), CredentialCheck::expired);
  EXPECT_EQ(check("00000-00000-00000-00000", midnight), CredentialCheck::wrong);  // Nothing is told to who does not have it.
}

TEST_F(ACredential, IsUnknownOnceItIsDropped) {
  issue();
  VaultBatch batch;
  batch.drop_credential(account.id, event);
  vault->stage(batch);
  EXPECT_EQ(check(credential.text), CredentialCheck::unknown);
}

TEST_F(ACredential, SurvivesARestart) {
  issue();
  kill_and_open();
  EXPECT_EQ(check(credential.text), CredentialCheck::valid);
  close_and_open();
  EXPECT_EQ(check(credential.text), CredentialCheck::valid);
}

// Whoever can write to the vault's files cannot move a credential, nor lengthen its life.
TEST_F(ACredential, IsBoundToItsAccountEventAndEnd) {
  const NewAccount other = new_account();
  const EventId other_event = new_event();
  VaultBatch batch;
  batch.put_credential(other.id, event, credential);
  batch.put_credential(account.id, other_event, credential);
  Credential longer = credential;
  longer.expires_at.ns += 1;
  batch.put_credential(account.id, event, longer);
  vault->stage(batch);
  EXPECT_EQ(vault->check_credential(other.id, event, credential.text, noon), CredentialCheck::wrong);
  EXPECT_EQ(vault->check_credential(account.id, other_event, credential.text, noon), CredentialCheck::wrong);
  EXPECT_EQ(check(credential.text), CredentialCheck::wrong);
  issue();
  EXPECT_EQ(check(credential.text), CredentialCheck::valid);
}

// Tags.

TEST_F(AVault, FindsTheAccountsWithTheSameContent) {
  const NewAccount one = new_account(), two = new_account(), three = new_account();
  stage_email(one.id, "ada@example.org");
  stage_email(two.id, "ada@example.org");
  stage_email(three.id, "bob@example.org");
  EXPECT_THAT(with_email("ada@example.org"), UnorderedElementsAre(one.id, two.id));
  EXPECT_THAT(with_email("bob@example.org"), ElementsAre(three.id));
  EXPECT_THAT(with_email("eve@example.org"), IsEmpty());
}

TEST_F(AVault, ComparesTagsWithinTheirKindAndScope) {
  const NewAccount account = new_account();
  VaultBatch batch;
  batch.add_tag(person, "110012345A", bytes_of("ada"), account.id);
  vault->stage(batch);
  EXPECT_THAT(vault->accounts_with_tag(person, "110012345A", bytes_of("ada")), ElementsAre(account.id));
  EXPECT_THAT(vault->accounts_with_tag(person, "110012345B", bytes_of("ada")), IsEmpty());
  EXPECT_THAT(vault->accounts_with_tag(person, "", bytes_of("ada")), IsEmpty());
  EXPECT_THAT(vault->accounts_with_tag(email, "110012345A", bytes_of("ada")), IsEmpty());
  // Where the scope ends and the content begins is part of what is compared.
  EXPECT_THAT(vault->accounts_with_tag(person, "110012345Aa", bytes_of("da")), IsEmpty());
  EXPECT_THAT(vault->accounts_with_tag(person, "110012345", bytes_of("Aada")), IsEmpty());
}

TEST_F(AVault, FindsAnAccountByTheFormerTagUntilOnlyTheNewOneIsKept) {
  const NewAccount account = new_account();
  VaultBatch first;
  first.add_tag(email, "", bytes_of("old@example.org"), account.id);
  first.add_tag(person, "110012345A", bytes_of("ada"), account.id);
  first.add_tag(person, "110012345B", bytes_of("ada"), account.id);
  vault->commit(vault->stage(first));
  stage_email(account.id, "new@example.org");
  EXPECT_THAT(with_email("old@example.org"), ElementsAre(account.id));
  EXPECT_THAT(with_email("new@example.org"), ElementsAre(account.id));
  const auto expect_the_new_one_alone = [&] {
    EXPECT_THAT(with_email("old@example.org"), IsEmpty());
    EXPECT_THAT(with_email("new@example.org"), ElementsAre(account.id));
    for (const char* scope : {"110012345A", "110012345B"}) {
      EXPECT_THAT(vault->accounts_with_tag(person, scope, bytes_of("ada")), ElementsAre(account.id)) << scope;
    }
  };
  keep_email(account.id, "new@example.org");
  expect_the_new_one_alone();
  keep_email(account.id, "new@example.org");
  expect_the_new_one_alone();
  close_and_open();
  expect_the_new_one_alone();
}

TEST_F(AVault, KeepsATagThatTheSameBatchAdds) {
  const NewAccount account = new_account(), other = new_account();
  VaultBatch batch;
  batch.add_tag(email, "", bytes_of("first@example.org"), account.id);
  batch.add_tag(email, "", bytes_of("other@example.org"), other.id);
  batch.add_tag(email, "", bytes_of("second@example.org"), account.id);
  batch.keep_tag(email, "", bytes_of("second@example.org"), account.id);
  vault->stage(batch);
  EXPECT_THAT(with_email("first@example.org"), IsEmpty());
  EXPECT_THAT(with_email("second@example.org"), ElementsAre(account.id));
  EXPECT_THAT(with_email("other@example.org"), ElementsAre(other.id));
}

TEST_F(AVault, KeepsNoTagThatWasNeverAdded) {
  const NewAccount account = new_account(), other = new_account();
  stage_email(account.id, "ada@example.org");
  stage_email(other.id, "ada@example.org");
  keep_email(account.id, "never@example.org");
  EXPECT_THAT(with_email("ada@example.org"), ElementsAre(other.id));
  EXPECT_THAT(with_email("never@example.org"), IsEmpty());
}

TEST_F(AVault, FindsTagsWhereverTheyAre) {
  std::vector<AccountId> expected;
  for (int i = 0; i < 3; ++i) {
    const NewAccount account = new_account();
    expected.push_back(account.id);
    stage_email(account.id, "all@example.org");
    if (i == 0) vault->scrub();                                             // In the tables.
    if (i == 1) vault->commit(stage_email(account.id, "all@example.org"));  // In the journal.
  }
  std::ranges::sort(expected);
  EXPECT_EQ(with_email("all@example.org"), expected);
}

// Fingerprints.

TEST_F(AVault, GivesTheSameFingerprintToTheSameContentAlone) {
  const Fingerprint one = vault->fingerprint(bytes_of("content"));
  EXPECT_EQ(vault->fingerprint(bytes_of("content")), one);
  EXPECT_NE(vault->fingerprint(bytes_of("Content")), one);
  EXPECT_NE(vault->fingerprint({}), one);
  close_and_open();
  EXPECT_EQ(vault->fingerprint(bytes_of("content")), one);
}

TEST_F(AVault, GivesEachAccountFingerprintsOfItsOwn) {
  const NewAccount one = new_account(), other = new_account();
  const Fingerprint mine = vault->fingerprint(one.key, bytes_of("content"));
  EXPECT_EQ(vault->fingerprint(one.key, bytes_of("content")), mine);
  EXPECT_NE(vault->fingerprint(one.key, bytes_of("Content")), mine);
  EXPECT_NE(vault->fingerprint(other.key, bytes_of("content")), mine);
  EXPECT_NE(vault->fingerprint(bytes_of("content")), mine);
}

TEST_F(AVault, GivesFingerprintsThatNoOtherVaultGives) {
  const EpochKey other_epoch = Vault::create(folder / "other", folder / "other.key");
  Vault other(folder / "other", other_epoch, nobody);
  EXPECT_NE(other.fingerprint(bytes_of("content")), vault->fingerprint(bytes_of("content")));
}

// Key 00..1f; computed with Python's `hmac`, not with this program.
TEST_F(AVault, MakesTheGoldenFingerprintOfAnAccountsContent) {
  std::array<Byte, 32> counting;
  for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<Byte>(i);
  EXPECT_EQ(to_hex(vault->fingerprint(AccountKey(counting), bytes_of("content"))), "d6f2daf727e4b9ebfb597cf0aed726f8");
}

// Erasure.

class AnErasure : public AVault {
 protected:
  AnErasure() {
    for (const NewAccount* one : {&account, &other}) {
      VaultBatch batch;
      batch.put_pin(one->id, event, "0123");
      batch.put_credential(one->id, event, one == &account ? credential : other_credential);
      batch.add_tag(email, "", bytes_of("ada@example.org"), one->id);
      batch.add_tag(person, "110012345A", bytes_of("ada"), one->id);
      last = vault->stage(batch);
    }
  }
  void expect_gone() {
    EXPECT_EQ(key_of(account.id), "none");
    EXPECT_EQ(vault->pin(account.id, event), std::nullopt);
    EXPECT_EQ(vault->check_credential(account.id, event, credential.text, noon), CredentialCheck::unknown);
    EXPECT_THAT(with_email("ada@example.org"), ElementsAre(other.id));
    EXPECT_THAT(vault->accounts_with_tag(person, "110012345A", bytes_of("ada")), ElementsAre(other.id));
  }
  void expect_other_is_whole() {
    EXPECT_EQ(key_of(other.id), hex_of(other.key));
    EXPECT_EQ(vault->pin(other.id, event), "0123");
    EXPECT_EQ(vault->check_credential(other.id, event, other_credential.text, noon), CredentialCheck::valid);
  }

  const NewAccount account = new_account(), other = new_account();
  const EventId event = new_event();
  const Credential credential = vault->make_credential(account.id, event, midnight);
  const Credential other_credential = vault->make_credential(other.id, event, midnight);
  Vault::StagedNumber last = 0;
};

TEST_F(AnErasure, LeavesNothingOfTheAccount) {
  vault->commit(last);
  vault->erase(account.id);
  expect_gone();
  expect_other_is_whole();
}

TEST_F(AnErasure, ReachesWhatIsOnlyStaged) {
  vault->erase(account.id);
  vault->commit(last);  // Comes too late to bring anything back.
  expect_gone();
  kill_and_open();
  expect_gone();
  expect_other_is_whole();
}

TEST_F(AnErasure, ReachesWhatIsInTheTables) {
  vault->scrub();
  vault->erase(account.id);
  expect_gone();
  close_and_open();
  expect_gone();
  expect_other_is_whole();
}

TEST_F(AnErasure, IsDurableWhenItReturns) {
  vault->commit(last);
  vault->erase(account.id);
  kill_and_open();
  expect_gone();
}

TEST_F(AnErasure, DoesNothingASecondTime) {
  vault->erase(account.id);
  vault->erase(account.id);
  vault->erase(AccountId{});
  expect_gone();
  expect_other_is_whole();
}

TEST_F(AnErasure, EndsTheAccountForThePool) {
  vault->erase(account.id);
  used.erase(account.id);  // Even if the log had lost it.
  close_and_open();
  for (int i = 0; i < 40; ++i) EXPECT_NE(vault->take_account().id, account.id);
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

// Entries altered behind the vault's back, by who can write to its files and make the database's own checksums right again.

class AnAlteredVault : public AVault {
 protected:
  AnAlteredVault() {
    VaultBatch batch;
    batch.put_pin(account.id, event, "0123");
    batch.put_credential(account.id, event, vault->make_credential(account.id, event, midnight));
    batch.add_tag(email, "", bytes_of("ada@example.org"), account.id);
    vault->stage(batch);
    vault->close();
    vault.reset();
  }
  std::string entry(const vault_format::Key& key) { return edit(std::string(key.text()), std::nullopt); }
  void alter(std::string_view key, const std::string& value) { edit(std::string(key), value); }
  void alter(const vault_format::Key& key, const std::string& value) { alter(key.text(), value); }
  // Into a text of its own: a moved parameter makes g++ 12 warn of a copy that is none.
  static std::string with_flipped_bit(const std::string& value, std::size_t byte) {
    std::string out(value);
    out.at(byte) = static_cast<char>(out.at(byte) ^ 1);
    return out;
  }
  std::string message_at_open() {
    return message_of<VaultError>([&] { open([](const AccountId&) { return true; }); });
  }

  const NewAccount account = new_account();
  const EventId event = new_event();

 private:
  std::string edit(const std::string& key, const std::optional<std::string>& value) {
    vault.reset();
    rocksdb::Options options;
    options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, where.string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string before;
    EXPECT_TRUE(db->Get({}, key, &before).ok());
    const bool written = !value || db->Put({}, key, *value).ok();
    EXPECT_TRUE(written);
    return before;
  }
};

TEST_F(AnAlteredVault, NamesTheKeyThatIsDamaged) {
  const auto key = vault_format::Key::account(account.id);
  const std::string intact = entry(key);
  ASSERT_GT(intact.size(), 68U);
  for (const std::size_t byte : {0U, 8U, 20U, 51U, 52U, 67U}) {
    alter(key, with_flipped_bit(intact, byte));
    ASSERT_EQ(message_at_open(), "");
    EXPECT_THAT(
        message_of<VaultError>([&] { vault->account_key(account.id); }),
        AllOf(HasSubstr(where.string()), HasSubstr("the key of account " + account.id.hex()), HasSubstr("damaged"), HasSubstr("restore")))
        << "byte " << byte;
    vault.reset();
  }
  alter(key, intact.substr(0, 67));
  open([](const AccountId&) { return true; });
  EXPECT_THAT(message_of<VaultError>([&] { vault->account_key(account.id); }),
              AllOf(HasSubstr("the entry of account " + account.id.hex()), HasSubstr("damaged"), HasSubstr("restore")));
  vault.reset();
  alter(key, intact);
  open([](const AccountId&) { return true; });
  EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AnAlteredVault, OpensNoKeyThatWasPutInAnothersPlace) {
  ASSERT_EQ(message_at_open(), "");
  const NewAccount other = new_account();
  vault->close();
  vault.reset();
  alter(vault_format::Key::account(account.id), entry(vault_format::Key::account(other.id)));
  open([](const AccountId&) { return true; });
  EXPECT_NE(message_of<VaultError>([&] { vault->account_key(account.id); }), "");
  EXPECT_EQ(key_of(other.id), hex_of(other.key));
}

TEST_F(AnAlteredVault, NamesADamagedKeyThatWasReady) {
  ASSERT_EQ(message_at_open(), "");
  const AccountId ready = vault->take_account().id;
  vault->close();
  vault.reset();
  const auto key = vault_format::Key::account(ready);
  alter(key, with_flipped_bit(entry(key), 30));
  EXPECT_THAT(message_of<VaultError>([&] { open(); }), HasSubstr("the key of account " + ready.hex()));
}

TEST_F(AnAlteredVault, NamesThePinThatIsDamaged) {
  const auto key = vault_format::Key::account(account.id);
  alter(key, with_flipped_bit(entry(key), 100));  // The PIN stands first, from byte 68 + 17.
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { vault->pin(account.id, event); }),
              AllOf(HasSubstr("the PIN of account " + account.id.hex()), HasSubstr(event.hex()), HasSubstr("does not open"),
                    Not(HasSubstr("0123"))));
}

TEST_F(AnAlteredVault, NamesTheCredentialThatIsDamaged) {
  const auto key = vault_format::Key::credential(account.id, event);
  alter(key, entry(key).substr(1));
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { vault->check_credential(account.id, event, "", noon); }), HasSubstr("credential of account"));
}

TEST_F(AnAlteredVault, NamesTheTagsThatAreDamaged) {
  const auto key = vault_format::Key::account(account.id);
  const std::string intact = entry(key);
  alter(key, intact.substr(0, intact.size() - 1));
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { stage_email(account.id, "new@example.org"); }),
              AllOf(HasSubstr("the entry of account " + account.id.hex()), HasSubstr("damaged")));
}

TEST_F(AnAlteredVault, NamesADamagedKeyOfItsOwn) {
  for (const auto name : {vault_format::OwnKey::tags, vault_format::OwnKey::fingerprints, vault_format::OwnKey::credentials}) {
    const auto key = vault_format::Key::own_key(name);
    const std::string intact = entry(key);
    alter(key, with_flipped_bit(intact, 30));
    EXPECT_THAT(message_at_open(), AllOf(HasSubstr("own key " + std::to_string(static_cast<int>(name))), HasSubstr("damaged")));
    alter(key, intact);
  }
  EXPECT_EQ(message_at_open(), "");
}

TEST_F(AnAlteredVault, DoesNotTakeOneOfItsKeysForAnother) {
  alter(vault_format::Key::own_key(vault_format::OwnKey::tags), entry(vault_format::Key::own_key(vault_format::OwnKey::credentials)));
  EXPECT_THAT(message_at_open(), HasSubstr("own key 1"));
}

TEST_F(AnAlteredVault, NamesADamagedPool) {
  alter(vault_format::pool_key, "not a multiple of 16");
  EXPECT_THAT(message_at_open(), HasSubstr("list of ready accounts"));
}

TEST_F(AnAlteredVault, IsRefusedWhenANewerProgramWroteIt) {
  std::string newer;
  put_u16be(newer, 7);
  put_u16be(newer, 2);
  alter(vault_format::format_key, newer);
  EXPECT_THAT(message_at_open(), AllOf(HasSubstr("format 2"), HasSubstr("newer muniment"), HasSubstr("run the newer one")));
  std::string readable;  // Newer, yet this program is said to understand it.
  put_u16be(readable, 7);
  put_u16be(readable, 1);
  alter(vault_format::format_key, readable);
  EXPECT_EQ(message_at_open(), "");
  vault.reset();
  alter(vault_format::format_key, "1");
  EXPECT_THAT(message_at_open(), HasSubstr("no entry that says its format"));
}

TEST(VaultThatWasLost, HasNoKeyAndKeepsNothing) {
  Vault lost{LostVault{}};
  const AccountId account{std::array<Byte, 16>{1}};
  EXPECT_TRUE(lost.is_lost());
  EXPECT_FALSE(lost.account_key(account));
  EXPECT_FALSE(lost.pin(account, EventId{}));
  EXPECT_THAT(lost.accounts_with_tag(1, {}, bytes_of("x")), testing::IsEmpty());
  EXPECT_EQ(lost.fingerprint(bytes_of("x")), lost.fingerprint(bytes_of("x")));
  EXPECT_NE(lost.fingerprint(bytes_of("x")), Vault{LostVault{}}.fingerprint(bytes_of("x")));
  const std::string advice = "there is no vault: the node runs without it; restore it from its backup";
  EXPECT_EQ(message_of<VaultError>([&] { lost.take_account(); }), advice);
  EXPECT_EQ(message_of<VaultError>([&] { lost.erase(account); }), advice);
  EXPECT_EQ(message_of<VaultError>([&] { lost.note_erasures(1); }), advice);
  lost.close();
}

}  // namespace
}  // namespace muniment
