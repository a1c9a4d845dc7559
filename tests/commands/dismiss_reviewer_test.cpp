#include "commands/dismiss_reviewer.h"

#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class DismissReviewerTest : public ReviewLedger {
 protected:
  DismissReviewerTest() { given(was_opened()); }

  static DismissReviewer dismissal(const ProviderId& at, std::string reviewer) { return {std::string{yearly}, at, std::move(reviewer)}; }
};

TEST_F(DismissReviewerTest, TakesBackAllThatTheReviewerWasAssignedThere) {
  given(was_assigned(mercy, "bking1", {jdoe}), was_assigned(mercy, "bking1", {dlopez}), was_assigned(general, "bking1"));
  given(Asked{decision({{mercy, jdoe, ask}}), reviewing(bking)});
  when(R"({"type":"dismiss_reviewer","actor":"officer:rkelly","review":"2026Q4","provider":"110012345A","reviewer":"BKing1"})");
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewerDismissed{yearly, "bking1"}, .streams = {in_yearly}}});
  EXPECT_EQ(last_named(), "110012345A -");
  when(decision({{mercy, dlopez, keep}}), reviewing(bking));
  then(Refusal::not_reviewer, "items[0]");
  when(decision({{general, sstone, keep}}), reviewing(bking));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the control: elsewhere";
}

TEST_F(DismissReviewerTest, LetsAPrimaryUserTakeBackWhomTheProviderAssigned) {
  given(Asked{AssignReviewer{std::string{yearly}, mercy, "bking1", {}}, by(mhughes)});
  when(dismissal(mercy, "bking1"), by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ReviewerDismissed{yearly, "bking1"}, .streams = {in_yearly}}});
  when(decision({{mercy, jdoe, keep}}), reviewing(bking));
  then(Refusal::review_unknown, "review");
}

TEST_F(DismissReviewerTest, Refuses) {
  const auto bad = [](const ProviderId& at) { return DismissReviewer{"unknown", at, "nobody9"}; };
  refuses_in_order(needs_an_open_provider([&](const ProviderId& id) { return bad(id); }));
  given(was_assigned(mercy, "bking1"));
  refuses_in_order({{Refusal::not_authorized, bad(mercy), by(jdoe)},
                    {Refusal::not_authorized, bad(mercy), by(preed)},
                    {Refusal::review_unknown, bad(mercy), by(mhughes)},
                    {Refusal::reviewer_unknown, dismissal(mercy, "nobody9"), by(mhughes)},
                    {Refusal::reviewer_unknown, dismissal(general, "bking1"), by(preed)},
                    {Refusal::agency_only, dismissal(mercy, "bking1"), by(mhughes)}});
  given(was_closed_again());
  when(dismissal(mercy, "bking1"), by(officer));
  then(Refusal::review_closed, "review");
}

TEST_F(DismissReviewerTest, NamesWhatIsMalformed) {
  EXPECT_EQ(
      form_of(R"({"type":"dismiss_reviewer","actor":"mhughes1","review":"q4","provider":"110012345A","reviewer":"submitter:portal"})"),
      "reviewer: expected a username or officer:NAME");
}

}  // namespace
}  // namespace muniment::test
