// What erasing an account takes out of a vault.
#include "tests/events/vault/vault_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;

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

}  // namespace
}  // namespace muniment
