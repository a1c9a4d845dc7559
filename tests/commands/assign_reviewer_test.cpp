#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class AssignReviewerTest : public ReviewLedger {
 protected:
  AssignReviewerTest() { given(was_opened()); }

  static AssignReviewer assignment(const ProviderId& at, std::string reviewer, std::vector<Username> people = {}) {
    return {std::string{yearly}, at, std::move(reviewer), std::move(people)};
  }
};

TEST_F(AssignReviewerTest, IsOfEverybodyAtAProviderOrOfThoseThatAreNamed) {
  when(assignment(mercy, "bking1"), by(mhughes));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ReviewerAssigned{yearly, "bking1"}, .streams = {in_yearly}}});
  EXPECT_EQ(last_named(), "110012345A -");
  when(assignment(mercy, "mhughes1", {bking, jdoe}), by(mhughes));
  then(schema::Authority::PRIMARY_USER,
       {{.fact = fact::ReviewerAssigned{yearly, "mhughes1", {"bking1", "jdoe1"}}, .streams = {in_yearly}}});
  when_asked_again();
  then_nothing_is_recorded();
}

TEST_F(AssignReviewerTest, MayBeAnOfficerOrAnOutsiderWhereTheAgencyAssigns) {
  when(R"({"type":"assign_reviewer","actor":"officer:rkelly","review":"2026Q4","provider":"110012345A","reviewer":"officer:RKelly"})");
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewerAssigned{yearly, "officer:rkelly"}, .streams = {in_yearly}}});
  when(assignment(mercy, "sstone1"), by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewerAssigned{yearly, "sstone1"}, .streams = {in_yearly}}});
}

TEST_F(AssignReviewerTest, Refuses) {
  const auto bad = [](const ProviderId& at) { return AssignReviewer{"unknown", at, "nobody9", {nobody}}; };
  refuses_in_order(needs_an_open_provider([&](const ProviderId& id) { return bad(id); }));
  refuses_in_order({{Refusal::actor_not_usable, bad(mercy), by(llock)},
                    {Refusal::not_authorized, bad(mercy), by(jdoe)},
                    {Refusal::not_authorized, bad(mercy), by(bking)},
                    {Refusal::not_authorized, bad(mercy), by(preed)},
                    {Refusal::review_unknown, bad(mercy), by(mhughes)}});
  given(was_registered(provider("110099999X")));
  refuses_in_order({{Refusal::review_unknown, assignment(provider("110099999X"), "nobody9"), by(officer)},
                    {Refusal::agency_only, assignment(mercy, "officer:nobody"), by(mhughes)},
                    {Refusal::officer_unknown, assignment(mercy, "officer:nobody"), by(officer)},
                    {Refusal::not_on_roster, assignment(mercy, "nobody9"), by(mhughes)},
                    {Refusal::not_on_roster, assignment(mercy, "sstone1"), by(mhughes)},
                    {Refusal::username_unavailable, assignment(mercy, "nobody9"), by(officer)},
                    {Refusal::account_terminated, assignment(mercy, "tgone1", {tgone}), by(officer)},
                    {Refusal::account_not_usable, assignment(mercy, "llock1", {bking}), by(mhughes)},
                    {Refusal::own_review, assignment(mercy, "bking1", {bking}), by(mhughes)},
                    {Refusal::not_in_review, assignment(mercy, "bking1", {nobody}), by(mhughes)},
                    {Refusal::not_in_review, assignment(mercy, "bking1", {sstone}), by(mhughes)}});
  given(was_closed_again());
  when(assignment(mercy, "nobody9"), by(mhughes));
  then(Refusal::review_closed, "review");
}

TEST_F(AssignReviewerTest, IsForWhoCanAct) {
  given(Asked{ReportDeparture{{}, bking, now()}, by(portal)}, was_disabled(dlopez));
  for (const char* who : {"bking1", "dlopez1", "ufree1"}) {
    when(assignment(mercy, who), by(officer));
    then(Refusal::account_not_usable, "reviewer");
  }
}

// Else a provider would have those decide whom it likes, over the agency's.
TEST_F(AssignReviewerTest, IsTheAgencysWhereTheAgencyHasAssignedSomebody) {
  given(was_assigned(general, "officer:rkelly"));
  when(assignment(mercy, "bking1"), by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the control: at another provider";
  given(was_assigned(mercy, "officer:rkelly"));
  when(assignment(mercy, "mhughes1"), by(mhughes));
  then(Refusal::agency_only, "provider");
}

TEST_F(AssignReviewerTest, IsRefusedWhereTheReviewHasChanged) {
  Request request = by(mhughes);
  request.expected_version = sight().review(yearly).version();
  given(Asked{assignment(mercy, "bking1"), by(mhughes)});
  when(assignment(mercy, "jdoe1"), request);
  then(Refusal::version_conflict);
}

TEST_F(AssignReviewerTest, KnowsWhoWasThereWhenTheReviewWasOpened) {
  given(was_removed(mercy, mhughes, jdoe), was_created(mercy, mhughes, "Nora", "New", {claims}));
  when(assignment(mercy, "bking1", {username("nnew1")}), by(mhughes));
  then(Refusal::not_in_review, "usernames[0]");
  when(assignment(mercy, "bking1", {jdoe}), by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AssignReviewerTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view rest) {
    return form_of(R"({"type":"assign_reviewer","actor":"mhughes1","review":"q4","provider":"110012345A",)" + std::string{rest} + "}");
  };
  EXPECT_EQ(form(R"("reviewer":"submitter:portal")"), "reviewer: expected a username or officer:NAME");
  EXPECT_EQ(form(R"("reviewer":"j:doe")"), "reviewer: expected a username or officer:NAME");
  EXPECT_EQ(form(R"("reviewer":"jdoe1","usernames":["a b"])"),
            "usernames[0]: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("reviewer":"jdoe1","usernames":["ab","AB"])"), "usernames: expected each username once");
}

}  // namespace
}  // namespace muniment::test
