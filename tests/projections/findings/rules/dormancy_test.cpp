#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Dormancy : public FindingsTest {
 protected:
  Dormancy() {
    story.provider_registered(mercy);
    story.created(mercy, "ann1", {"claims"});
    story.created(mercy, "bob1", {"claims"});
  }
  Timestamp days_from_now(std::int64_t days) const { return Timestamp{story.now().ns + days * 24 * 3600 * 1'000'000'000}; }
};

TEST_F(Dormancy, IsNotKnownWhereNoSignInIsReported) {
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(1000)), IsEmpty());
  EXPECT_EQ(found(Rule::sign_ins_not_reported).size(), 1U);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::sign_ins_not_reported), IsEmpty());
  EXPECT_EQ(found(Rule::never_signed_in, days_from_now(31)).size(), 1U) << "the control";
}

TEST_F(Dormancy, IsToldByTheThresholdThatHasPassed) {
  story.signed_in("ann1");  // 7
  EXPECT_THAT(found(Rule::dormant, days_from_now(59)), IsEmpty());
  EXPECT_THAT(found(Rule::dormant, days_from_now(60)), ElementsAre("ann1 dormant_days open x1 7"));
  EXPECT_THAT(found(Rule::dormant, days_from_now(90)), ElementsAre("ann1 dormant_long_days open x1 7"));
  EXPECT_THAT(found(Rule::dormant, days_from_now(365)), ElementsAre("ann1 dormant_very_long_days open x1 7"));
  EXPECT_EQ(only(Rule::dormant, days_from_now(365)).first_seen, days_from_now(60));
}

TEST_F(Dormancy, EndsWithASignInAndIsKeptAsItWas) {
  story.signed_in("ann1");
  const Timestamp before = story.now();
  wait_days(70);
  story.signed_in("ann1");
  const Timestamp again = story.now();
  wait_days(59);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(59)), IsEmpty());
  const Finding was = only(Rule::dormant);
  EXPECT_EQ(was.state, FindingState::ended);
  EXPECT_EQ(was.first_seen.ns, before.ns + std::int64_t{60} * 24 * 3600 * 1'000'000'000);
  EXPECT_EQ(was.last_seen, again);
  EXPECT_EQ(found(Rule::dormant, Timestamp{again.ns - 1}).size(), 1U) << "as of then it was open";
  EXPECT_THAT(found(Rule::dormant, again), IsEmpty());
}

TEST_F(Dormancy, CountsForAccountsThatCouldBeUsedAlone) {
  story.signed_in("ann1");
  story.signed_in("bob1");
  story.account("account_disabled", "ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("bob1 dormant_days open x1 8"));
  story.account("account_enabled", "ann1");
  story.removed(mercy, "bob1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("ann1 dormant_days open x1 10"));
}

TEST_F(Dormancy, IsNotEndedByASignInThatFailed) {
  story.signed_in("ann1");
  story.signed_in("ann1", false);
  wait_days(70);
  story.signed_in("ann1", false);
  EXPECT_THAT(found(Rule::dormant), ElementsAre("ann1 dormant_days open x1 7"));
}

TEST_F(Dormancy, OfWhoNeverSignedInIsCountedFromWhenSignInsBeganToBeReported) {
  wait_days(100);
  story.signed_in("ann1");
  EXPECT_THAT(found(Rule::never_signed_in), IsEmpty());
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(29)), IsEmpty());
  EXPECT_THAT(found(Rule::never_signed_in, days_from_now(30)), ElementsAre("bob1 open x1 6"));
}

TEST_F(Dormancy, IsJudgedByThePolicyOfTheMomentAskedAbout) {
  story.signed_in("ann1");
  auto threshold = story.policy().initThresholds(1)[0];
  threshold.setName("dormant_days");
  threshold.setValue(10);
  const Timestamp before = story.now();
  wait_days(30);
  const auto set = story.policy_set(mercy);
  EXPECT_THAT(found(Rule::dormant, Timestamp{before.ns + std::int64_t{29} * 24 * 3600 * 1'000'000'000}), IsEmpty());
  EXPECT_EQ(only(Rule::dormant).policy, set);
}

TEST_F(Dormancy, IsCountedFromTheLinkWhereTheSignInWasBefore) {
  story.at(Timestamp{story.now().ns - std::int64_t{500} * 24 * 3600 * 1'000'000'000});
  story.signed_in("ann1");  // 7
  EXPECT_THAT(found(Rule::dormant), IsEmpty());
  EXPECT_THAT(found(Rule::dormant, days_from_now(60)), ElementsAre("ann1 dormant_days open x1 5"));
}

TEST_F(Dormancy, ThatHasEndedSaysWhichThresholdsHadPassed) {
  story.signed_in("ann1");  // 7
  wait_days(100);
  story.signed_in("ann1");  // 8
  EXPECT_THAT(found(Rule::dormant, {}, true), ElementsAre("ann1 dormant_long_days ended x2 7 8"));
}

TEST_F(Dormancy, CountsWhileTheAccountIsLocked) {
  story.signed_in("ann1");
  story.account("account_locked", "ann1");
  EXPECT_THAT(found(Rule::dormant, days_from_now(61)), ElementsAre("ann1 dormant_days open x1 7"));
}

TEST_F(Dormancy, EndsWithTheProviderAndDoesNotBeginThereAgain) {
  story.signed_in("ann1");  // 7
  wait_days(59);
  story.provider_closed(mercy);  // 8
  wait_days(10);
  story.account("account_disabled", "ann1");
  story.account("account_enabled", "ann1");
  story.account("account_terminated", "bob1");
  for (const Rule rule : {Rule::dormant, Rule::never_signed_in}) {
    for (const Finding& finding : findings({.now = days_from_now(500), .since = Timestamp{}, .rule = rule}))
      EXPECT_LE(finding.last_seen, story.told()[7].at) << finding.id;
  }
  EXPECT_THAT(found(Rule::dormant, days_from_now(500), true), IsEmpty());
}

TEST_F(Dormancy, EndsWhenTheProviderWasClosedWhateverIsDoneLater) {
  story.signed_in("ann1");  // 7
  wait_days(70);
  story.provider_closed(mercy);  // 8
  const Timestamp closed = story.now();
  EXPECT_EQ(only(Rule::dormant).last_seen, closed);
  wait_days(10);
  story.account("account_terminated", "ann1");
  EXPECT_EQ(only(Rule::dormant).last_seen, closed);
}

}  // namespace
}  // namespace muniment
