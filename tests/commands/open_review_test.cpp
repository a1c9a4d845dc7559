#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class OpenReviewTest : public ReviewLedger {};

TEST_F(OpenReviewTest, IsOfSeveralProvidersWhereAnOfficerOpensIt) {
  const OpenReview open = opening();
  when(open, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewOpened{yearly, {mercy, general}, open.due_at}, .streams = {in_yearly}}});
  EXPECT_EQ(last_named(), "- -");
}

TEST_F(OpenReviewTest, IsOfTheirOwnProviderWhereAPrimaryUserOpensIt) {
  when(
      R"({"type":"open_review","actor":"mhughes1","review":"110012345A.2026Q4","providers":["110012345A"],"due_at":"2024-06-30T00:00:00Z","remind_at":"2024-06-01T00:00:00Z"})");
  then(schema::Authority::PRIMARY_USER,
       {{.fact =
             fact::ReviewOpened{
                 "110012345a.2026q4", {mercy}, *Timestamp::parse("2024-06-30T00:00:00Z"), *Timestamp::parse("2024-06-01T00:00:00Z")},
         .streams = {"review 110012345a.2026q4"}}});
  EXPECT_EQ(last_named(), "110012345A -");
}

TEST_F(OpenReviewTest, TakesANameOnceAndForEver) {
  given(was_opened(), was_closed_again());
  when(opening({general}), by(officer));
  then(Refusal::review_exists, "review");
}

// Nobody learns from a name that is taken what others review, or takes the agency's.
TEST_F(OpenReviewTest, HasANameOfItsOwners) {
  given(was_opened());
  const auto named = [&](std::string name) { return OpenReview{std::move(name), {general}, in_days(1)}; };
  for (const char* name : {"2026q4", "next", "110012345a.next", "110067890b", "110067890bnext"}) {
    when(named(name), by(preed));
    then(Refusal::review_name_reserved, "review");
  }
  when(named("110067890b.next"), by(officer));
  then(Refusal::review_name_reserved, "review");
  when(named("110067890b.next"), by(preed));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(OpenReviewTest, Refuses) {
  given(Asked{OpenReview{"other", {general}, in_days(1)}, by(officer)});
  const auto due = Timestamp{1};
  refuses_in_order({{Refusal::provider_unknown, OpenReview{"other", {mercy, nowhere}, due}, by(jdoe)},
                    {Refusal::provider_closed, OpenReview{"other", {mercy, closed}, due}, by(jdoe)},
                    {Refusal::import_in_progress, OpenReview{"other", {mercy, importing}, due}, by(jdoe)},
                    {Refusal::actor_unknown, OpenReview{"other", {mercy, general}, due}, by("officer:nobody")},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(jdoe)},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(bking)},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(dlopez)},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(portal)},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(mhughes)},
                    {Refusal::not_authorized, OpenReview{"other", {mercy, general}, due}, by(preed)},
                    {Refusal::in_the_past, OpenReview{"other", {mercy, general}, due}, by(officer)},
                    {Refusal::review_name_reserved, OpenReview{"110012345a.other", {mercy, general}, in_days(1)}, by(officer)},
                    {Refusal::review_exists, OpenReview{"other", {mercy, general}, in_days(1)}, by(officer)}});
  when(OpenReview{"other", {mercy, nowhere}, due}, by(officer));
  then(Refusal::provider_unknown, "providers[1]");
}

TEST_F(OpenReviewTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view rest) {
    return form_of(R"({"type":"open_review","actor":"officer:rkelly","due_at":"2024-06-30T00:00:00Z",)" + std::string{rest} + "}");
  };
  EXPECT_EQ(form(R"("review":"q:4","providers":["110012345A"])"), "review: expected 1 to 64 letters, digits, dots, hyphens or underscores");
  EXPECT_EQ(form(R"("review":"q4","providers":[])"), "providers: expected 1 to 1000 providers");
  EXPECT_EQ(form(R"("review":"q4","providers":["110012345A","1"])"), "providers[1]: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"("review":"q4","providers":["110012345A","110012345a"])"), "providers: expected each provider once");
  EXPECT_EQ(form(R"("review":"q4","providers":["110012345A"],"remind_at":"2024-06-30T00:00:00Z")"),
            "remind_at: expected a time before the review is due");
}

}  // namespace
}  // namespace muniment::test
