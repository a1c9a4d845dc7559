// One-time credentials in a vault.
#include <algorithm>

#include "tests/events/vault/vault_fixture.h"

namespace muniment {
namespace {

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

}  // namespace
}  // namespace muniment
