#include "aggregates/review.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aggregates/unknown_fact.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

const ProviderId first = provider("110012345A");
const ProviderId second = provider("110067890B");
const ProviderId elsewhere = provider("110055501C");

class ReviewTest : public testing::Test {
 protected:
  void happened(Fact fact, const std::optional<ProviderId>& at = {}, std::string who = {}) {
    history_.add({.fact = std::move(fact), .streams = {StreamName::review("q4")}, .provider = at, .username = std::move(who)});
    RecordReader record = history_.read(history_.head());
    review_.evolve(record.event(), history_.head());
  }
  void happened_by(schema::Authority authority, std::string actor, Fact fact, const std::optional<ProviderId>& at, std::string who = {}) {
    history_.add({.fact = std::move(fact),
                  .streams = {StreamName::review("q4")},
                  .provider = at,
                  .username = std::move(who),
                  .authority = authority,
                  .actor = std::move(actor)});
    RecordReader record = history_.read(history_.head());
    review_.evolve(record.event(), history_.head());
  }
  void opened() { happened(fact::ReviewOpened{"q4", {first, second}, Timestamp{9}}); }
  void decided(schema::ReviewDecision decision, const ProviderId& at, std::string who) {
    happened(fact::ReviewDecided{"q4", decision}, at, std::move(who));
  }

  bool reviews(std::string_view reviewer, const ProviderId& at, std::string_view username) const {
    return std::ranges::any_of(review_.assignments(),
                               [&](const Review::Assignment& one) { return one.reviewer == reviewer && one.has(at, username); });
  }

  History history_;
  Review review_;
};

TEST_F(ReviewTest, IsNotThereBeforeItIsOpened) {
  EXPECT_FALSE(review_.exists());
  opened();
  EXPECT_TRUE(review_.exists());
  EXPECT_EQ(review_.opened_at(), 1U);
  EXPECT_TRUE(review_.covers(second));
  EXPECT_FALSE(review_.covers(elsewhere));
}

TEST_F(ReviewTest, KnowsWhoReviewsWhom) {
  opened();
  happened(fact::ReviewerAssigned{"q4", "bking1"}, first);
  happened(fact::ReviewerAssigned{"q4", "officer:rkelly", {"jdoe1"}}, second);
  EXPECT_TRUE(review_.is_reviewer("bking1"));
  EXPECT_FALSE(review_.is_reviewer("rkelly"));
  EXPECT_EQ(review_.assignments().front().assigned_at, 2U);
  EXPECT_TRUE(reviews("bking1", first, "anybody"));
  EXPECT_FALSE(reviews("bking1", second, "jdoe1"));
  EXPECT_TRUE(reviews("officer:rkelly", second, "jdoe1"));
  EXPECT_FALSE(reviews("officer:rkelly", second, "anybody"));
}

TEST_F(ReviewTest, ForgetsWhatADismissedReviewerWasAssignedThere) {
  opened();
  happened(fact::ReviewerAssigned{"q4", "bking1", {"jdoe1"}}, first);
  happened(fact::ReviewerAssigned{"q4", "bking1", {"asmith1"}}, first);
  happened(fact::ReviewerAssigned{"q4", "bking1"}, second);
  happened(fact::ReviewerDismissed{"q4", "bking1"}, first);
  EXPECT_FALSE(reviews("bking1", first, "jdoe1"));
  EXPECT_TRUE(reviews("bking1", second, "jdoe1"));
}

TEST_F(ReviewTest, KnowsWhoseReviewersDecided) {
  opened();
  happened_by(schema::Authority::OFFICER, "rkelly", fact::ReviewerAssigned{"q4", "bking1"}, first);
  happened_by(schema::Authority::PRIMARY_USER, "mhughes1", fact::ReviewerAssigned{"q4", "bking1"}, second);
  EXPECT_TRUE(review_.is_assigned_by_agency(first));
  EXPECT_FALSE(review_.is_assigned_by_agency(second));
  for (const ProviderId& at : {first, second})
    happened_by(schema::Authority::REVIEWER, "bking1", fact::ReviewDecided{"q4", schema::ReviewDecision::KEEP}, at, "jdoe1");
  EXPECT_TRUE(review_.decision_about(first, "jdoe1")->is_by_agency);
  EXPECT_FALSE(review_.decision_about(second, "jdoe1")->is_by_agency);
  EXPECT_EQ(review_.decision_about(second, "asmith1"), nullptr);
}

TEST_F(ReviewTest, KnowsItsNoticesItsSealAndWhoHasSigned) {
  opened();
  EXPECT_FALSE(review_.has_notice(schema::Notice::REVIEW_DUE));
  happened(fact::NoticeGiven{schema::Notice::REVIEW_DUE, "q4"});
  EXPECT_TRUE(review_.has_notice(schema::Notice::REVIEW_DUE));
  EXPECT_FALSE(review_.has_notice(schema::Notice::REVIEW_LATE));
  happened(fact::ReviewClosed{"q4"});
  EXPECT_EQ(review_.closed_position(), 3U);
  EXPECT_EQ(review_.seal(), "");
  const Bytes digest(32, 0xab);
  happened(fact::ReviewSealed{"q4", 3, 0, 0, 0, 0, 0, 0, digest});
  EXPECT_EQ(review_.seal(), text_of(digest));
  happened_by(schema::Authority::REVIEWER, "bking1", fact::ReportSigned{"q4", digest}, {});
  EXPECT_TRUE(review_.is_signed_by("bking1"));
  EXPECT_FALSE(review_.is_signed_by("officer:bking1"));
}

TEST_F(ReviewTest, CountsTheLastDecisionAboutAPersonAtAProvider) {
  opened();
  decided(schema::ReviewDecision::ASK, first, "jdoe1");
  decided(schema::ReviewDecision::KEEP, second, "jdoe1");
  decided(schema::ReviewDecision::REVOKE, first, "jdoe1");
  decided(schema::ReviewDecision::ASK, first, "bking1");
  EXPECT_EQ(review_.counts().kept, 1U);
  EXPECT_EQ(review_.counts().revoked, 1U);
  EXPECT_EQ(review_.counts().asked, 1U);
  happened(fact::ReviewClosed{"q4", 1, 1, 1});
  EXPECT_TRUE(review_.is_closed());
  EXPECT_EQ(review_.version(), 6U);
}

TEST_F(ReviewTest, StopsAtAFactNewerThanTheProgram) {
  const auto words = with_unknown_fact(StreamName::review("q4"));
  RecordReader record(words);
  EXPECT_THROW(review_.evolve(record.event(), 1), UnknownFact);
}

}  // namespace
}  // namespace muniment::test
