#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Moving : public FindingsTest {
 protected:
  Moving() {
    story.created(mercy, "a", {"claims"});  // 4
    wait_days(100);
  }
};

TEST_F(Moving, OnFindsWhatIsKeptAtTheEarlierProvider) {
  story.linked(hope, "a", {"referrals"});  // 5
  wait_days(31);
  story.provider_registered("110099999Z");
  EXPECT_THAT(found(Rule::kept_after_moving), ElementsAre("a claims open x1 5"));
  EXPECT_EQ(only(Rule::kept_after_moving).provider.text(), mercy) << "and not what was given at the new one";
}

TEST_F(Moving, OnFindsNothingBeforeItsTime) {
  story.linked(hope, "a", {"referrals"});
  wait_days(29);
  story.provider_registered("110099999Z");
  EXPECT_THAT(found(Rule::kept_after_moving), IsEmpty());
}

TEST_F(Moving, OnEndsWhenTheServiceIsTakenAway) {
  story.linked(hope, "a", {"referrals"});  // 5
  wait_days(31);
  story.assigned(mercy, "a", {}, {"claims"});  // 6
  EXPECT_THAT(found(Rule::kept_after_moving), IsEmpty());
  EXPECT_THAT(found(Rule::kept_after_moving, {}, true), ElementsAre("a claims ended x2 5 6"));
}

TEST_F(Moving, FindsNothingThatIsUsedOrGrantedSince) {
  story.linked(hope, "a", {"referrals"});
  wait_days(20);
  story.service_used(mercy, "a", "claims");
  story.assigned(mercy, "a", {"referrals"});
  wait_days(20);
  story.provider_registered("110099999Z");
  EXPECT_THAT(found(Rule::kept_after_moving), IsEmpty());
  wait_days(11);
  story.provider_registered("110099998Z");
  EXPECT_THAT(found(Rule::kept_after_moving).size(), 1U) << "the control: used too long ago";
}

TEST_F(Moving, FindsNothingOfWhoHasOneProvider) {
  story.linked(hope, "a", {"referrals"});
  story.removed(mercy, "a");
  wait_days(100);
  story.provider_registered("110099999Z");
  EXPECT_THAT(found(Rule::kept_after_moving), IsEmpty());
}

TEST_F(Moving, OnEndsWithTheLaterProviderAndIsShownAsItWas) {
  story.linked(hope, "a", {"referrals"});  // 5
  wait_days(40);
  const Timestamp before = story.now();
  story.provider_closed(hope);  // 6
  const auto expect_as_it_was = [&](const char* when) {
    EXPECT_THAT(found(Rule::kept_after_moving), IsEmpty()) << when;
    EXPECT_THAT(found(Rule::kept_after_moving, {}, true), ElementsAre("a claims ended x2 5 6")) << when;
    EXPECT_THAT(found(Rule::kept_after_moving, before), ElementsAre("a claims open x1 5")) << when;
  };
  expect_as_it_was("before anything else is said of the person");
  wait_days(1);
  story.account("account_locked", "a");
  expect_as_it_was("after it");
}

TEST_F(Moving, OnIsCountedFromTheNextProviderWhereTheOneBeforeWasClosed) {
  story.linked(hope, "a", {"referrals"});  // 5
  wait_days(10);
  story.linked(grace, "a", {"referrals"});  // 6
  wait_days(10);
  story.provider_closed(hope);
  EXPECT_THAT(found(Rule::kept_after_moving, {}, true), IsEmpty()) << "it ended before its time";
  wait_days(25);
  story.provider_registered("110099999Z");
  EXPECT_THAT(found(Rule::kept_after_moving), ElementsAre("a claims open x1 6"));
}

TEST_F(Moving, IsJudgedByThePolicysDays) {
  story.linked(hope, "a", {"referrals"});
  auto thresholds = story.policy().initThresholds(1);
  thresholds[0].setName("kept_after_moving_days");
  thresholds[0].setValue(5);
  story.policy_set();
  wait_days(6);
  story.provider_registered("110099999Z");
  EXPECT_EQ(found(Rule::kept_after_moving).size(), 1U);
}

}  // namespace
}  // namespace muniment
