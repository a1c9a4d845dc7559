#include "commands/give_notice.h"

#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class GiveNoticeTest : public ReviewLedger {
 protected:
  GiveNoticeTest() {
    OpenReview open = opening({mercy});
    open.remind_at = in_days(20);
    given(Asked{open, by(officer)});
    due_at_ = open.due_at;
  }

  void when_given(schema::Notice notice) {
    Request by_node;
    by_node.actor = Principal::node();
    when(GiveNotice{std::string{yearly}, notice}, by_node);
  }
  Timestamp due_at_;
};

TEST_F(GiveNoticeTest, SaysOnceThatAReviewIsDueAndThatItIsLate) {
  when_given(schema::Notice::REVIEW_DUE);
  then_nothing_is_recorded();
  let_pass(std::chrono::hours{24 * 20});
  when_given(schema::Notice::REVIEW_DUE);
  then(schema::Authority::NODE, {{.fact = fact::NoticeGiven{schema::Notice::REVIEW_DUE, yearly, due_at_}, .streams = {in_yearly}}});
  EXPECT_EQ(last_named(), "110012345A -");
  when_asked_again();
  then_nothing_is_recorded();
  when_given(schema::Notice::REVIEW_LATE);
  then_nothing_is_recorded();
  let_pass(std::chrono::hours{24 * 10});
  when_given(schema::Notice::REVIEW_LATE);
  then(schema::Authority::NODE, {{.fact = fact::NoticeGiven{schema::Notice::REVIEW_LATE, yearly, due_at_}, .streams = {in_yearly}}});
}

TEST_F(GiveNoticeTest, SaysNothingOfAReviewThatIsClosed) {
  given(was_closed_again());
  let_pass(std::chrono::hours{24 * 40});
  when_given(schema::Notice::REVIEW_LATE);
  then_nothing_is_recorded();
}

}  // namespace
}  // namespace muniment::test
