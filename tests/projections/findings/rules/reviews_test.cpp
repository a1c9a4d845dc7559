#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReviewFindings : public FindingsTest {
 protected:
  ReviewFindings() {
    story.created(mercy, "ann1", {"claims", "referrals"});
    story.linked(hope, "ann1", {"claims"});
    due_at_ = Timestamp{story.now().ns + std::int64_t{30} * 24 * 3600 * 1'000'000'000};
    story.happened(fact::ReviewOpened{"q4", {provider(mercy), provider(hope)}, due_at_});
  }
  Position decided(std::string_view review, schema::ReviewDecision decision, schema::Revocation outcome, Texts services = {}) {
    return story.happened(fact::ReviewDecided{review, decision, std::move(services), 1, 0, outcome}, mercy, "ann1");
  }
  static constexpr auto revoke = schema::ReviewDecision::REVOKE;
  static constexpr auto left = schema::Revocation::LEFT_TO_OTHERS;

  Timestamp due_at_;
};

TEST_F(ReviewFindings, AreOverdueAtEachProviderFromWhenTheyWereDueUntilTheyAreClosed) {
  wait_days(29);
  EXPECT_THAT(found(Rule::review_overdue), IsEmpty());
  wait_days(2);
  EXPECT_EQ(found(Rule::review_overdue).size(), 2U);
  const auto at_mercy = findings({.now = story.now(), .rule = Rule::review_overdue, .provider = provider(mercy)});
  ASSERT_EQ(at_mercy.size(), 1U);
  EXPECT_EQ(at_mercy[0].first_seen, due_at_);
  EXPECT_EQ(at_mercy[0].other, "q4");
  story.happened(fact::ReviewClosed{"q4"});
  EXPECT_THAT(found(Rule::review_overdue), IsEmpty());
  EXPECT_EQ(found(Rule::review_overdue, {}, true).size(), 2U) << "it was late all the same";
}

TEST_F(ReviewFindings, HaveNothingOfAReviewThatIsClosedInTime) {
  story.happened(fact::ReviewClosed{"q4"});
  wait_days(40);
  EXPECT_THAT(found(Rule::review_overdue, {}, true), IsEmpty());
}

TEST_F(ReviewFindings, AreCountedAsTheyAreListed) {
  wait_days(1);
  const auto open_of = [&](Rule rule) {
    catch_up();
    for (const FindingCount& count : Findings(*views).count({.now = story.now()}).rules) {
      if (count.rule == rule) return count.open;
    }
    return std::uint64_t{99};
  };
  EXPECT_EQ(open_of(Rule::review_overdue), 0U) << "they stand in rows, and are not due";
  wait_days(40);
  EXPECT_EQ(open_of(Rule::review_overdue), 2U);
}

TEST_F(ReviewFindings, SayWhatWasNotCarriedOutWhileItIsHeld) {
  decided("q4", revoke, left);
  EXPECT_THAT(found(Rule::revoke_not_carried_out), ElementsAre("ann1 q4 open x1 7"));
  story.removed(mercy, "ann1");
  EXPECT_THAT(found(Rule::revoke_not_carried_out), IsEmpty());
  EXPECT_EQ(only(Rule::revoke_not_carried_out).last_seen, story.now());
}

TEST_F(ReviewFindings, SayItOfEachServiceThatIsHeld) {
  decided("q4", revoke, schema::Revocation::CHANGED_SINCE, {"claims", "referrals", "reports"});
  EXPECT_EQ(found(Rule::revoke_not_carried_out).size(), 2U);
  story.assigned(mercy, "ann1", {}, {"claims"});
  EXPECT_EQ(found(Rule::revoke_not_carried_out).size(), 1U);
  story.assigned(mercy, "ann1", {}, {"referrals"});
  EXPECT_THAT(found(Rule::revoke_not_carried_out), IsEmpty());
}

TEST_F(ReviewFindings, SayNothingOfWhatWasCarriedOutOrGone) {
  decided("q4", revoke, schema::Revocation::CARRIED_OUT);
  decided("q4", revoke, schema::Revocation::GONE_BEFORE);
  EXPECT_THAT(found(Rule::revoke_not_carried_out, {}, true), IsEmpty());
}

TEST_F(ReviewFindings, EndWhereTheSameReviewDecidesOtherwise) {
  story.happened(fact::ReviewOpened{"other", {provider(mercy)}, due_at_});
  decided("q4", revoke, left);
  decided("other", revoke, left);
  decided("q4", schema::ReviewDecision::KEEP, {});
  EXPECT_THAT(found(Rule::revoke_not_carried_out), ElementsAre("ann1 other open x1 9"));
}

}  // namespace
}  // namespace muniment
