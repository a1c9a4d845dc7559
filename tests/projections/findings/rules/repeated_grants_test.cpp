#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RepeatedGrants : public FindingsTest {
 protected:
  RepeatedGrants() { story.created(mercy, "ann1", {"claims", "referrals"}); }  // 4
};

TEST_F(RepeatedGrants, AreFoundWithinTheWindowAlone) {
  wait_days(1);
  story.assigned(mercy, "ann1", {}, {"claims", "referrals"});  // 5
  wait_days(29);
  story.assigned(mercy, "ann1", {"claims"});  // 6
  wait_days(2);
  story.assigned(mercy, "ann1", {"referrals"});
  EXPECT_THAT(found(Rule::granted_again), ElementsAre("ann1 claims act x2 5 6"));
}

TEST_F(RepeatedGrants, AreFoundWhenTheLinkWasRemovedToo) {
  wait_days(1);
  story.removed(mercy, "ann1");
  story.linked(mercy, "ann1", {"claims"});
  EXPECT_THAT(found(Rule::granted_again), ElementsAre("ann1 claims act x2 5 6"));
}

TEST_F(RepeatedGrants, AreNotThoseOfAnotherServiceOrElsewhere) {
  wait_days(1);
  story.assigned(mercy, "ann1", {"members"}, {"claims"});
  story.linked(hope, "ann1", {"claims"});
  EXPECT_THAT(found(Rule::granted_again), IsEmpty());
}

TEST_F(RepeatedGrants, ThatLastedMinutesAreFound) {
  story.wait(59 * 60 - 1);
  story.assigned(mercy, "ann1", {}, {"claims"});  // 5
  story.wait(60);
  story.assigned(mercy, "ann1", {}, {"referrals"});
  EXPECT_THAT(found(Rule::short_grant), ElementsAre("ann1 claims act x2 4 5"));
}

}  // namespace
}  // namespace muniment
