#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

class DecideReviewTest : public ReviewLedger {
 protected:
  DecideReviewTest() {
    given(was_opened(), was_assigned(mercy, "mhughes1"), was_assigned(mercy, "jdoe1"), was_assigned(general, "officer:rkelly"));
  }

  Recorded decided(const Username& about, schema::ReviewDecision decision, Texts services = {}, std::uint32_t together = 1,
                   std::uint32_t seconds = 0) const {
    return {.fact = fact::ReviewDecided{yearly, decision, std::move(services), together, seconds}, .streams = {of(about), in_yearly}};
  }
};

TEST_F(DecideReviewTest, KeepsAndAsksWithoutChangingAnything) {
  when(
      R"({"type":"decide_review","actor":"mhughes1","review":"2026q4","reason":"yearly","note":"seen at the desk","seconds_spent":40,"items":[{"provider":"110012345A","username":"jdoe1","decision":"keep"}]})");
  Recorded kept = decided(jdoe, keep, {}, 1, 40);
  kept.personal = Personal{{}, "seen at the desk", {}};
  then(schema::Authority::REVIEWER, {kept});
  EXPECT_EQ(last_named(), "110012345A jdoe1");
  when(decision({{mercy, bking, ask}}), reviewing(jdoe));
  then(schema::Authority::REVIEWER, {decided(bking, ask)});
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
}

TEST_F(DecideReviewTest, MarksABulkDecisionOnEachOfItsEvents) {
  when(decision({{mercy, jdoe, keep}, {mercy, bking, keep}, {mercy, dlopez, ask}}, 9), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {decided(jdoe, keep, {}, 3, 9), decided(bking, keep, {}, 3, 9), decided(dlopez, ask, {}, 3, 9)});
}

TEST_F(DecideReviewTest, RemovesInTheSameDecisionWhereTheReviewerMay) {
  given(was_linked(general, preed, jdoe, {reports}));
  when(decision({{mercy, bking, keep}, {mercy, jdoe, revoke}}), reviewing(mhughes));
  ASSERT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(answer().last_position - answer().first_position, 2U);
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{"not linked"});
  EXPECT_EQ(services_at(general, jdoe), std::vector<std::string_view>{reports});
  EXPECT_EQ(last_cause(), answer().first_position + 1) << "the decision about this person, not the first one";
  EXPECT_EQ(last_authority(), schema::Authority::PRIMARY_USER) << "by the right at the provider, not by that of a reviewer";
}

TEST_F(DecideReviewTest, TakesAwayTheServicesThatAreNamed) {
  when(decision({{mercy, jdoe, revoke, {fax, reports}}}), reviewing(mhughes));
  ASSERT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(answer().last_position - answer().first_position, 1U);
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{claims});
  when(decision({{mercy, jdoe, revoke, {fax}}}), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {decided(jdoe, revoke, {fax})});
}

TEST_F(DecideReviewTest, RecordsARevokeThatSomebodyElseHasToCarryOut) {
  when(decision({{mercy, bking, revoke}}), reviewing(jdoe));
  then(schema::Authority::REVIEWER, {decided(bking, revoke)});
  when(decision({{general, sstone, revoke}}), reviewing(officer));
  then(schema::Authority::REVIEWER, {decided(sstone, revoke)});
  EXPECT_EQ(services_at(general, sstone), std::vector<std::string_view>{claims});
}

TEST_F(DecideReviewTest, TakesNothingFromWhoIsGoneAlready) {
  given(was_removed(mercy, mhughes, jdoe));
  when(decision({{mercy, jdoe, revoke}}), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {decided(jdoe, revoke)});
}

TEST_F(DecideReviewTest, LeavesAnAccountUnlinkedByTheLastOfItsRevokes) {
  given(Asked{AssignPrimaryUser{general, mhughes, {}, {}, {}}, by(officer)}, was_linked(mercy, mhughes, sstone, {claims}));
  given(Asked{OpenReview{"other", {mercy, general}, in_days(1)}, by(officer)});
  for (const ProviderId& at : {mercy, general}) given(Asked{AssignReviewer{"other", at, "mhughes1", {}}, by(officer)});
  when(DecideReview{"other", {{mercy, sstone, revoke}, {general, sstone, revoke}}}, reviewing(mhughes));
  EXPECT_EQ(answer().last_position - answer().first_position, 3U);
  EXPECT_TRUE(account(sstone).is_unlinked());
  EXPECT_TRUE(last_unlinks());
}

TEST_F(DecideReviewTest, EndsForAReviewerWhoLeavesTheProvider) {
  given(was_linked(general, preed, jdoe, {reports}), was_assigned(mercy, "sstone1"));
  given(Asked{decision({{mercy, bking, keep}}), reviewing(jdoe)}, was_removed(mercy, mhughes, jdoe));
  when(decision({{mercy, bking, ask}}), reviewing(jdoe));
  then(Refusal::not_reviewer, "items");
  when(decision({{mercy, bking, ask}}), reviewing(sstone));
  then(schema::Authority::REVIEWER, {decided(bking, ask)});
}

TEST_F(DecideReviewTest, LoadsTheReviewAgainAfterItWasForgotten) {
  given(Asked{decision({{mercy, bking, ask}}), reviewing(jdoe)});
  sight().age();
  sight().age();
  when(decision({{mercy, bking, keep}}), reviewing(jdoe));
  then(schema::Authority::REVIEWER, {decided(bking, keep)});
  when(CloseReview{std::string{yearly}}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::ReviewClosed{yearly, 1, 0, 0}, .streams = {in_yearly}}});
}

TEST_F(DecideReviewTest, Refuses) {
  given(was_created(mercy, mhughes, "Nora", "New", {claims}), was_assigned(mercy, "bking1", {jdoe}));
  const auto about = [](const ProviderId& at, const Username& who) { return decision({{mercy, bking, keep}, {at, who, keep}}); };
  refuses_in_order({{Refusal::actor_not_usable, DecideReview{"unknown", {{mercy, nobody, keep}}}, by(llock)},
                    {Refusal::review_unknown, DecideReview{"unknown", {{mercy, nobody, keep}}}, by(mhughes)},
                    {Refusal::review_unknown, about(mercy, nobody), by(dlopez)},
                    {Refusal::review_unknown, about(mercy, nobody), by(portal)},
                    {Refusal::not_reviewer, about(general, sstone), by(mhughes)},
                    {Refusal::not_reviewer, about(mercy, jdoe), by(officer)},
                    {Refusal::not_reviewer, decision({{mercy, dlopez, keep}}), by(bking)},
                    {Refusal::own_review, about(mercy, mhughes), by(mhughes)},
                    {Refusal::own_review, about(mercy, jdoe), by(jdoe)},
                    {Refusal::service_unknown, decision({{mercy, nobody, revoke, {"claims_submision"}}}), by(mhughes)},
                    {Refusal::not_in_review, about(mercy, nobody), by(mhughes)},
                    {Refusal::not_in_review, about(mercy, sstone), by(mhughes)},
                    {Refusal::not_in_review, about(mercy, username("nnew1")), by(mhughes)},
                    {Refusal::reason_required, about(mercy, jdoe), by(mhughes)}});
  given(was_closed_again());
  refuses_in_order({{Refusal::review_unknown, about(mercy, jdoe), by(dlopez)}, {Refusal::review_closed, about(mercy, jdoe), by(mhughes)}});
}

TEST_F(DecideReviewTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view items) {
    return form_of(R"({"type":"decide_review","actor":"mhughes1","review":"q4","items":[)" + std::string{items} + "]}");
  };
  EXPECT_EQ(form(""), "items: expected 1 to 500 people");
  EXPECT_EQ(form(R"({"provider":"1","username":"jdoe1","decision":"keep"})"),
            "items[0].provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"({"provider":"110012345A","username":"j doe","decision":"keep"})"),
            "items[0].username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"({"provider":"110012345A","username":"jdoe1","decision":"ask","services":["x"]})"),
            "items[0].services: expected no services where nothing is revoked");
  EXPECT_EQ(
      form(
          R"({"provider":"110012345A","username":"jdoe1","decision":"ask"},{"provider":"110012345A","username":"JDOE1","decision":"keep"})"),
      "items: expected each person at a provider once");
}

}  // namespace
}  // namespace muniment::test
