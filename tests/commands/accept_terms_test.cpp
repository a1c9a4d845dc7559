#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AcceptTermsTest : public Ledger {};

// Until the terms are accepted the account cannot be used, and accepting them is the one thing that it may do.
TEST_F(AcceptTermsTest, IsWhatMakesAnAccountUsable) {
  given(was_published("2024-03"));
  when(was_created(mercy, mhughes, "Ann", "New", {claims}));
  then(Refusal::actor_not_usable, "actor");
  when(R"({"type":"accept_terms","actor":"mhughes1","username":"MHughes1","terms_version":"2024-03"})");
  then(schema::Authority::SELF, {{.fact = fact::TermsAccepted{"2024-03"}, .streams = {of(mhughes)}}});
  when(was_created(mercy, mhughes, "Ann", "New", {claims}));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AcceptTermsTest, IsAskedForAgainWhenTheVersionChanges) {
  given(was_published("2024-03"), was_accepted("2024-03", mhughes), was_published("2025-01"));
  EXPECT_FALSE(sight().is_usable(account(mhughes)));
  when(AcceptTerms{mhughes, "2025-01"}, by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_TRUE(sight().is_usable(account(mhughes)));
}

TEST_F(AcceptTermsTest, CanBeReportedByAMachine) {
  given(was_published("2024-03"));
  when(AcceptTerms{jdoe, "2024-03"}, by(portal, {.note = "on paper"}));
  then(schema::Authority::SUBMITTER,
       {{.fact = fact::TermsAccepted{"2024-03"}, .streams = {of(jdoe)}, .personal = Personal{{}, "on paper", {}}}});
}

TEST_F(AcceptTermsTest, RecordsNothingForTheAcceptedVersion) {
  given(was_published("2024-03"), was_accepted("2024-03", jdoe));
  when(AcceptTerms{jdoe, "2024-03"}, by(jdoe));
  then_nothing_is_recorded();
}

TEST_F(AcceptTermsTest, Refuses) {
  given(was_published("2023-01"), was_accepted("2023-01", mhughes), was_published("2024-03"), was_accepted("2024-03", bking));
  refuses_in_order({{Refusal::actor_unknown, AcceptTerms{nobody, "old"}, by(nobody)},
                    {Refusal::actor_unknown, AcceptTerms{nobody, "old"}, by("officer:nobody")},
                    {Refusal::actor_not_usable, AcceptTerms{llock, "old"}, by(llock)},
                    {Refusal::actor_not_usable, AcceptTerms{tgone, "old"}, by(tgone)},
                    {Refusal::actor_not_usable, AcceptTerms{ufree, "old"}, by(ufree)},
                    {Refusal::actor_not_usable, AcceptTerms{nobody, "old"}, by(mhughes)},
                    {Refusal::not_authorized, AcceptTerms{nobody, "old"}, by(bking)},
                    {Refusal::not_authorized, AcceptTerms{nobody, "old"}, by(officer)},
                    {Refusal::username_unavailable, AcceptTerms{nobody, "old"}, by(portal)},
                    {Refusal::account_terminated, AcceptTerms{tgone, "old"}, by(portal)},
                    {Refusal::terms_unknown, AcceptTerms{jdoe, "old"}, by(jdoe)},
                    {Refusal::terms_unknown, AcceptTerms{jdoe, "2023-01"}, by(jdoe)}});
}

TEST_F(AcceptTermsTest, RefusesWhereNoTermsWerePublished) {
  when(AcceptTerms{jdoe, "2024-03"}, by(jdoe));
  then(Refusal::terms_unknown, "terms_version");
}

TEST_F(AcceptTermsTest, RefusesADisabledPerson) {
  given(was_published("2024-03"), was_disabled(jdoe));
  when(AcceptTerms{jdoe, "2024-03"}, by(jdoe));
  then(Refusal::actor_not_usable, "actor");
}

TEST_F(AcceptTermsTest, NamesWhatIsMalformed) {
  EXPECT_EQ(form_of(R"({"type":"accept_terms","actor":"jdoe1","username":"","terms_version":"1"})"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form_of(R"({"type":"accept_terms","actor":"jdoe1","username":"jdoe1","terms_version":"v 1"})"),
            "terms_version: expected 1 to 64 letters, digits, dots, hyphens or underscores");
}

}  // namespace
}  // namespace muniment::test
