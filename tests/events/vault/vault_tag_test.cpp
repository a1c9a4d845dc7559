// What a vault compares by: tags of what two persons may share, and fingerprints of what was asked.
#include <algorithm>

#include "tests/events/vault/vault_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace muniment
