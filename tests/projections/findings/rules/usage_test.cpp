#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Usage : public FindingsTest {
 protected:
  Usage() {
    story.provider_registered(mercy);
    story.created(mercy, "ann1", {"claims", "referrals"});  // 5
  }
};

TEST_F(Usage, IsNotKnownWhereNoneIsReported) {
  wait_days(400);
  EXPECT_THAT(found(Rule::unused_service), IsEmpty());
  EXPECT_EQ(found(Rule::service_use_not_reported).size(), 1U);
  story.service_used(mercy, "ann1", "claims");  // 6
  EXPECT_THAT(found(Rule::service_use_not_reported), IsEmpty());
  EXPECT_THAT(found(Rule::unused_service), IsEmpty()) << "counted from when use began to be reported";
}

TEST_F(Usage, ThatIsMissingForSoLongIsFoundByService) {
  story.service_used(mercy, "ann1", "claims");  // 6
  wait_days(50);
  story.service_used(mercy, "ann1", "claims");  // 7
  wait_days(50);
  EXPECT_THAT(found(Rule::unused_service), ElementsAre("ann1 referrals open x1 5"));
  story.service_used(mercy, "ann1", "referrals");  // 8
  EXPECT_THAT(found(Rule::unused_service, {}, true), ElementsAre("ann1 referrals ended x2 5 8"));
  story.assigned(mercy, "ann1", {}, {"claims"});
  wait_days(60);
  EXPECT_THAT(found(Rule::unused_service), IsEmpty());
}

TEST_F(Usage, ThatIsReportedLateChangesNothing) {
  story.service_used(mercy, "ann1", "claims");  // 6
  wait_days(200);
  story.service_used(mercy, "ann1", "claims");     // 7
  story.service_used(mercy, "ann1", "referrals");  // 8
  story.at(Timestamp{story.now().ns - std::int64_t{150} * 24 * 3600 * 1'000'000'000});
  story.service_used(mercy, "ann1", "claims");
  EXPECT_THAT(found(Rule::unused_service), IsEmpty());
}

TEST_F(Usage, IsMissedSinceTheEarliestThatIsReportedAndNotSinceTheFirstThatCame) {
  wait_days(400);
  story.service_used(mercy, "ann1", "claims");  // 6
  EXPECT_THAT(found(Rule::unused_service), IsEmpty());
  story.at(Timestamp{story.now().ns - std::int64_t{100} * 24 * 3600 * 1'000'000'000});
  story.service_used(mercy, "ann1", "claims");  // 7
  EXPECT_THAT(found(Rule::unused_service), ElementsAre("ann1 referrals open x1 5"));
  EXPECT_EQ(only(Rule::service_use_not_reported).last_seen, story.told()[6].at);
}

TEST_F(Usage, IsNotMissedOfAnAccountThatCannotBeUsed) {
  story.service_used(mercy, "ann1", "claims");  // 6
  story.account("account_terminated", "ann1");  // 7
  wait_days(200);
  EXPECT_THAT(found(Rule::unused_service, {}, true), IsEmpty());
}

TEST_F(Usage, OfEverythingLastsUntilOneThatIsOfferedIsTakenAway) {
  story.assigned(mercy, "ann1", {"primary_portal_user", "retired"});  // 6
  story.assigned(mercy, "ann1", {}, {"retired"});                     // 7
  EXPECT_THAT(found(Rule::holds_everything), ElementsAre("ann1 3 services open x1 6"));
}

TEST_F(Usage, OfEverythingIsCountedWithoutWhatImportsDefine) {
  story.next.import = story.import_started({});
  story.service_defined("team:x", false);
  story.assigned(mercy, "ann1", {"primary_portal_user"});
  EXPECT_EQ(found(Rule::holds_everything).size(), 1U);
  story.service_defined("members", false);
  story.created(mercy, "bob1", {"claims", "referrals", "primary_portal_user"});
  EXPECT_EQ(found(Rule::holds_everything).size(), 1U) << "the control: one that the agency defines counts";
}

TEST_F(Usage, OfEverythingIsHeldByWhoHoldsEveryServiceThereIs) {
  EXPECT_THAT(found(Rule::holds_everything), IsEmpty());
  story.assigned(mercy, "ann1", {"primary_portal_user"});  // 6
  EXPECT_THAT(found(Rule::holds_everything), ElementsAre("ann1 3 services open x1 6"));
  story.assigned(mercy, "ann1", {}, {"referrals"});  // 7
  EXPECT_THAT(found(Rule::holds_everything, {}, true), ElementsAre("ann1 3 services ended x2 6 7"));
}

}  // namespace
}  // namespace muniment
