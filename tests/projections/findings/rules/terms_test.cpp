#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Terms : public FindingsTest {
 protected:
  Terms() {
    story.created(mercy, "ann1", {"claims"});  // 4
    story.created(mercy, "bob1", {"claims"});  // 5
  }
};

TEST_F(Terms, AreNoFindingWhereNoneWerePublished) {
  wait_days(1000);
  EXPECT_THAT(found(Rule::terms_not_accepted), IsEmpty());
}

TEST_F(Terms, AreNotAcceptedFromTheirPublicationToTheAcceptance) {
  story.terms_published("2024");  // 6
  const Timestamp published = story.now();
  story.wait(60);
  EXPECT_THAT(found(Rule::terms_not_accepted), ElementsAre("ann1 open x1 4", "bob1 open x1 5"));
  story.terms_accepted("ann1", "2024");  // 7
  EXPECT_THAT(found(Rule::terms_not_accepted), ElementsAre("bob1 open x1 5"));
  const auto all = findings({.now = story.now(), .since = Timestamp{}, .rule = Rule::terms_not_accepted});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].state, FindingState::ended);
  EXPECT_EQ(all[0].first_seen, published);
  EXPECT_EQ(all[0].last_seen, story.now());
}

TEST_F(Terms, HaveToBeAcceptedAgainWhenAnotherVersionIsPublished) {
  story.terms_published("2024");
  story.terms_accepted("ann1", "2024");
  story.terms_accepted("bob1", "2024");  // 8
  EXPECT_THAT(found(Rule::terms_not_accepted), IsEmpty());
  const Timestamp before = story.now();
  story.terms_published("2025");
  story.terms_accepted("ann1", "2025");
  EXPECT_THAT(found(Rule::terms_not_accepted), ElementsAre("bob1 2024 open x1 8"));
  EXPECT_THAT(found(Rule::terms_not_accepted, before), IsEmpty());
}

TEST_F(Terms, CountForActiveAccountsAlone) {
  story.terms_published("2024");
  story.account("account_locked", "ann1");
  story.removed(mercy, "bob1");
  EXPECT_THAT(found(Rule::terms_not_accepted), IsEmpty());
  story.account("account_unlocked", "ann1");
  EXPECT_EQ(found(Rule::terms_not_accepted).size(), 1U);
}

}  // namespace
}  // namespace muniment
