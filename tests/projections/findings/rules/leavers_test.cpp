#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Leavers : public FindingsTest {
 protected:
  Leavers() {
    story.created(mercy, "ann1", {"claims"});
    story.linked(hope, "ann1", {"claims"});
    left_ = story.now();
    wait_days(2);
    story.next.left_at = left_;
    story.departure_reported("ann1", {mercy, hope});  // 6
    reported_ = story.now();
  }
  Timestamp hours_after_report(int hours) const { return Timestamp{reported_.ns + std::int64_t{hours} * 3600 * 1'000'000'000}; }

  Timestamp left_;
  Timestamp reported_;
};

TEST_F(Leavers, KeepAccessAfterLeavingAndAfterTheReportAtEachProvider) {
  EXPECT_THAT(found(Rule::kept_after_leaving), ElementsAre("ann1 open x1 6", "ann1 open x1 6"));
  EXPECT_THAT(found(Rule::kept_after_report, hours_after_report(23)), IsEmpty());
  EXPECT_EQ(found(Rule::kept_after_report, hours_after_report(25)).size(), 2U);
  story.removed(mercy, "ann1");
  wait_days(3);
  EXPECT_EQ(found(Rule::kept_after_report).size(), 1U);
  story.removed(hope, "ann1");
  EXPECT_THAT(found(Rule::kept_after_report), IsEmpty());
  const Finding late = only(Rule::kept_after_report);
  EXPECT_EQ(late.provider.text(), hope);
  EXPECT_EQ(late.last_seen, story.now());
}

TEST_F(Leavers, WhoseAccessIsRemovedInTimeAreNotFound) {
  auto threshold = story.policy().initThresholds(1)[0];
  threshold.setName("removal_after_leaving_hours");
  threshold.setValue(72);
  story.policy_set();
  story.removed(mercy, "ann1");
  story.removed(hope, "ann1");
  for (const Rule rule : {Rule::kept_after_leaving, Rule::kept_after_report}) EXPECT_THAT(found(rule, {}, true), IsEmpty());
}

TEST_F(Leavers, AreCountedFromTheFirstReport) {
  wait_days(2);
  story.departure_reported("ann1", {mercy});
  EXPECT_THAT(found(Rule::kept_after_report), ElementsAre("ann1 open x1 6", "ann1 open x1 6"));
}

}  // namespace
}  // namespace muniment
