#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class CloseReviewTest : public ReviewLedger {
 protected:
  CloseReviewTest() { given(was_opened(), was_assigned(mercy, "mhughes1")); }

  const CloseReview close_{std::string{yearly}};
};

TEST_F(CloseReviewTest, CountsTheLastDecisionAboutEach) {
  given(Asked{decision({{mercy, jdoe, ask}, {mercy, bking, ask}, {mercy, dlopez, keep}}), reviewing(mhughes)},
        Asked{decision({{mercy, jdoe, revoke}}), reviewing(mhughes)});
  when(R"({"type":"close_review","actor":"officer:rkelly","review":"2026Q4"})");
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewClosed{yearly, 1, 1, 1}, .streams = {in_yearly}}});
}

TEST_F(CloseReviewTest, IsDoneByAPrimaryUserWhereAllOfItIsTheirs) {
  given(Asked{OpenReview{"110012345a.mine", {mercy}, in_days(1)}, by(mhughes)});
  when(CloseReview{"110012345a.mine"}, by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ReviewClosed{"110012345a.mine"}, .streams = {"review 110012345a.mine"}}});
  EXPECT_EQ(last_named(), "110012345A -");
}

TEST_F(CloseReviewTest, Refuses) {
  refuses_in_order({{Refusal::actor_unknown, CloseReview{"unknown"}, by(nobody)},
                    {Refusal::review_unknown, CloseReview{"unknown"}, by(officer)},
                    {Refusal::review_unknown, close_, by(jdoe)},
                    {Refusal::review_unknown, close_, by(mhughes)},
                    {Refusal::review_unknown, close_, by(portal)}});
  given(was_closed_again());
  refuses_in_order({{Refusal::review_unknown, close_, by(mhughes)}, {Refusal::review_closed, close_, by(officer)}});
}

}  // namespace
}  // namespace muniment::test
