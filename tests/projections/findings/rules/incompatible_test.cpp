#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Incompatible : public FindingsTest {
 protected:
  Incompatible() {
    auto pair = story.policy().initIncompatible(1)[0];
    pair.setService("referrals");
    pair.setOther("claims");
    story.policy_set();  // 4
  }
};

TEST_F(Incompatible, AreFoundWhileBothAreHeldAtOneProvider) {
  story.created(mercy, "ann1", {"claims"});                 // 5
  story.assigned(mercy, "ann1", {"referrals", "members"});  // 6
  EXPECT_THAT(found(Rule::incompatible_services), ElementsAre("ann1 claims referrals open x2 5 6"));
  EXPECT_EQ(only(Rule::incompatible_services).policy, 4U);
  story.assigned(mercy, "ann1", {}, {"claims"});  // 7
  EXPECT_THAT(found(Rule::incompatible_services, {}, true), ElementsAre("ann1 claims referrals ended x3 5 6 7"));
  story.assigned(mercy, "ann1", {"claims"}, {"referrals"});
  EXPECT_THAT(found(Rule::incompatible_services), IsEmpty());
}

TEST_F(Incompatible, AreNotThoseOfTwoPeopleOrTwoProviders) {
  story.created(mercy, "ann1", {"claims"});
  story.linked(hope, "ann1", {"referrals"});
  story.created(mercy, "bob1", {"referrals"});
  EXPECT_THAT(found(Rule::incompatible_services, {}, true), IsEmpty());
}

TEST_F(Incompatible, ThatOneEventGrantsHaveItForEvidenceOnce) {
  story.created(mercy, "ann1", {"claims", "referrals"});  // 5
  EXPECT_THAT(found(Rule::incompatible_services), ElementsAre("ann1 claims referrals open x1 5"));
}

TEST_F(Incompatible, NameThePolicyThatSaysSo) {
  story.policy().setTimeZone("UTC");
  story.policy_set(mercy);  // 5
  story.created(mercy, "ann1", {"claims", "referrals"});
  EXPECT_EQ(only(Rule::incompatible_services).policy, 4U);
}

TEST_F(Incompatible, EndWithThePolicyThatNamesThem) {
  story.created(mercy, "ann1", {"claims", "referrals"});  // 5
  const Timestamp before = story.now();
  story.policy().setTimeZone("UTC");
  story.policy_set(mercy);
  EXPECT_EQ(found(Rule::incompatible_services).size(), 1U) << "the agency names them still";
  story.policy().setTimeZone("UTC");
  story.policy_set();
  EXPECT_THAT(found(Rule::incompatible_services), IsEmpty());
  EXPECT_EQ(only(Rule::incompatible_services).last_seen, story.now());
  EXPECT_EQ(found(Rule::incompatible_services, before).size(), 1U);
}

}  // namespace
}  // namespace muniment
