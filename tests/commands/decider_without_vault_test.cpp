#include "decider_fixture.h"

namespace muniment {
namespace {

using namespace test;

// When the vault is lost.

class DeciderWithoutVault : public DeciderTest {
 protected:
  DeciderWithoutVault() {
    decider_ = std::make_unique<Decider>(log_, lost_, [this] { return now_; });
  }
  ~DeciderWithoutVault() override { decider_.reset(); }

  Vault lost_{LostVault{}};
};

TEST_F(DeciderWithoutVault, RefusesWhatWouldKeepSomethingPersonalOrACredential) {
  const AssignPrimaryUser new_person{general, {}, person("Ann", "New", "ann@clinic.example"), "1111", {}};
  EXPECT_EQ(submit("create_subordinate", creation(jon), administrator).refusal, Refusal::vault_unavailable);
  EXPECT_EQ(submit("update_subordinate", change_to(jon), administrator).refusal, Refusal::vault_unavailable);
  EXPECT_EQ(submit("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator).refusal, Refusal::vault_unavailable);
  EXPECT_EQ(submit("redeem_credential", RedeemCredential{name("jdoe1"), "x"}, machine).refusal, Refusal::vault_unavailable);
  EXPECT_EQ(submit("assign_primary_user", new_person, officer).refusal, Refusal::vault_unavailable);
  EXPECT_EQ(submit("record_sign_in", RecordSignIn{name("jdoe1"), now_, true, "Boston"}, machine).refusal, Refusal::vault_unavailable);
  Submission with_note = submission("lock_account", LockAccount{name("jdoe1")}, officer);
  with_note.command.request.reason = "review";
  with_note.command.request.note = "she says so";
  EXPECT_EQ(submit(std::move(with_note)).refusal, Refusal::vault_unavailable);
}

TEST_F(DeciderWithoutVault, GoesOnWithWhoMayDoWhat) {
  accepted("assign_services", AssignServices{mercy, name("jdoe1"), {"manage_referrals"}}, administrator);
  accepted("record_sign_in", RecordSignIn{name("jdoe1"), now_, true, ""}, machine);
  accepted("assign_primary_user", AssignPrimaryUser{general, name("mhughes1"), {}, {}, {}}, officer);
  accepted("remove_subordinate", RemoveSubordinate{mercy, name("jdoe1")}, administrator);
  Submission erasure = submission("erase_subject", EraseSubject{name("jdoe1"), "court_order"}, officer);
  erasure.command.request.reason = "asked_for";
  erasure.command.request.reference = "DSR-1";
  EXPECT_EQ(submit(std::move(erasure)).status, Status::accepted) << "a vault that is restored carries it out";
}

TEST_F(DeciderWithoutVault, CannotTellWhetherARepeatIsOneAndSaysSo) {
  const AssignServices assigned{mercy, name("jdoe1"), {"manage_referrals"}};
  EXPECT_EQ(submit(submission("assign_services", assigned, administrator, "x")).status, Status::accepted);
  EXPECT_TRUE(submit(submission("assign_services", assigned, administrator, "x")).is_repeat) << "what is recorded without one, it knows";
  EXPECT_EQ(submit(submission("create_subordinate", creation(john), administrator, "c6")).refusal, Refusal::vault_unavailable);
}

TEST_F(DeciderWithoutVault, RecordsWhatIsARepeatByItsIdAloneOnceTheVaultIsBack) {
  const AssignServices assigned{mercy, name("jdoe1"), {"manage_referrals"}};
  ASSERT_EQ(submit(submission("assign_services", assigned, administrator, "x")).status, Status::accepted);
  decider_ = std::make_unique<Decider>(log_, *vault_, [this] { return now_; });
  EXPECT_TRUE(submit(submission("assign_services", assigned, administrator, "x")).is_repeat);
  // A control: with the vault, other content under the same id is no repeat.
  ASSERT_EQ(submit(submission("assign_services", AssignServices{mercy, name("jdoe1"), {}}, administrator, "y")).status, Status::accepted);
  EXPECT_EQ(submit(submission("lock_account", LockAccount{name("jdoe1")}, administrator, "y")).refusal, Refusal::command_id_reused);
}

TEST_F(DeciderWithoutVault, SaysThatAnErasureIsRecordedAndNotYetCarriedOut) {
  Submission termination = submission("terminate_account", TerminateAccount{name("jdoe1")}, officer);
  termination.command.request.reason = "left";
  ASSERT_EQ(submit(std::move(termination)).status, Status::accepted);
  const auto erase = [&] {
    Submission erasure = submission("erase_subject", EraseSubject{name("jdoe1"), "court_order"}, officer, "e");
    erasure.command.request.reason = "asked_for";
    erasure.command.request.reference = "DSR-1";
    return submit(std::move(erasure));
  };
  EXPECT_THAT(erase().receipt, testing::StartsWith("The erasure is recorded. The vault is away"));
  EXPECT_THAT(erase().receipt, testing::StartsWith("The erasure is recorded. The vault is away")) << "a repeat";
  decider_ = std::make_unique<Decider>(log_, *vault_, [this] { return now_; });
  EXPECT_THAT(erase().receipt,
              testing::StartsWith("The erasure is recorded. The key of everything personal about the person will be destroyed"));
}

}  // namespace
}  // namespace muniment
