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
  static Request court_order() {
    Request out = by(officer, {.reason = "order"});
    out.reference = "M-1";
    return out;
  }
  // A revoke, and what came of it.
  Recorded revoked(const Username& about, schema::Revocation outcome, std::string_view refusal = {}, Texts services = {}) const {
    return {.fact = fact::ReviewDecided{yearly, revoke, std::move(services), 1, 0, outcome, refusal}, .streams = {of(about), in_yearly}};
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

// The note was not kept, so what tells the repeat is not the person's key either.
TEST_F(DecideReviewTest, IsAnsweredAgainThoughThePersonWasErasedBefore) {
  Request erasing = court_order();
  given(was_terminated(jdoe), Asked{EraseSubject{jdoe, "court_order"}, erasing});
  vault().erase(account(jdoe).id());
  when(decision({{mercy, jdoe, keep}}), by(mhughes, {.reason = "yearly", .note = "is gone"}));
  ASSERT_EQ(answer().status, Answer::Status::accepted);
  const Position recorded = answer().last_position;
  when_repeated();
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_TRUE(answer().is_repeat);
  EXPECT_EQ(answer().last_position, recorded);
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
  when(decision({{mercy, jdoe, revoke, {fax}}}), reviewing(mhughes));
  EXPECT_EQ(answer().last_position, answer().first_position + 1);
  EXPECT_EQ(last_cause(), answer().first_position);
  EXPECT_EQ(services_at(mercy, jdoe), std::vector<std::string_view>{claims});
  EXPECT_EQ(answer().receipt, "");
}

TEST_F(DecideReviewTest, SaysWhyARevokeIsLeftToOthers) {
  when(decision({{mercy, bking, revoke}}), reviewing(jdoe));
  then(schema::Authority::REVIEWER, {revoked(bking, schema::Revocation::LEFT_TO_OTHERS, "not_administrator")});
  EXPECT_EQ(answer().receipt, "not carried out: bking1 at 110012345A: not_administrator");
  when(decision({{general, sstone, revoke, {claims}}}), reviewing(officer));
  then(schema::Authority::REVIEWER, {revoked(sstone, schema::Revocation::LEFT_TO_OTHERS, "not_administrator", {claims})});
  EXPECT_EQ(services_at(general, sstone), std::vector<std::string_view>{claims});
}

TEST_F(DecideReviewTest, TakesNothingFromWhoIsGoneAlready) {
  given(was_removed(mercy, mhughes, jdoe));
  when(decision({{mercy, jdoe, revoke}}), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {revoked(jdoe, schema::Revocation::GONE_BEFORE)});
  EXPECT_EQ(answer().receipt, "not carried out: jdoe1 at 110012345A: gone_before");
}

// The reviewer has seen what was held at the opening, and nothing that was granted on a newer word.
TEST_F(DecideReviewTest, TakesNothingAwayThatIsNewerThanTheReview) {
  given(was_removed(mercy, mhughes, jdoe), was_linked(mercy, mhughes, sstone, {reports}), was_linked(general, preed, bking, {reports}));
  given(was_linked(mercy, mhughes, username("ufree1"), {claims}));
  given(Asked{AssignServices{mercy, dlopez, {manage, reports}}, by(mhughes)});
  when(decision({{mercy, dlopez, revoke}}), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {revoked(dlopez, schema::Revocation::CHANGED_SINCE)});
  EXPECT_EQ(answer().receipt, "not carried out: dlopez1 at 110012345A: changed_since");
}

class ImportedSinceTheOpening : public DecideReviewTest {
 protected:
  ImportedSinceTheOpening() : before_(account(jdoe).changed_at(mercy)) { EXPECT_TRUE(before_ < sight().review(yearly).opened_time()); }

  // Of jdoe at mercy, with effect from before the opening.
  void import(ImportRow::Kind kind, std::string_view service) {
    given(Asked{StartImport{{mercy}, {}, 1}, by(officer)});
    const EventId id = sight().provider(mercy).latest_import().value();
    Request boss;
    boss.actor = {schema::PrincipalKind::OUTSIDER, "the boss"};
    given(Asked{ImportRow{kind, id, before_, mercy, jdoe, std::string{service}, {}, {}}, boss}, Asked{CompleteImport{id, 1}, by(officer)});
  }

  const Timestamp before_;
};

TEST_F(ImportedSinceTheOpening, IsNothingThatTheReviewerHasSeen) {
  import(ImportRow::Kind::grant, reports);
  EXPECT_EQ(account(jdoe).changed_at(mercy), before_);
  when(decision({{mercy, jdoe, revoke}}), reviewing(mhughes));
  then(schema::Authority::REVIEWER, {revoked(jdoe, schema::Revocation::CHANGED_SINCE)});
  EXPECT_EQ(answer().receipt, "not carried out: jdoe1 at 110012345A: changed_since");
  when(decision({{mercy, dlopez, revoke}}), reviewing(mhughes));
  EXPECT_EQ(services_at(mercy, dlopez), std::vector<std::string_view>{"not linked"}) << "the control: a link that the import left alone";
}

TEST_F(ImportedSinceTheOpening, MayHaveCarriedOutARevoke) {
  given(was_assigned(mercy, "officer:rkelly"), Asked{decision({{mercy, jdoe, revoke, {claims}}}), reviewing(officer)});
  given(Asked{decision({{mercy, jdoe, revoke, {claims}}}), reviewing(officer)});  // The control: it is held still.
  import(ImportRow::Kind::revoke, claims);
  when(decision({{mercy, jdoe, keep}}), reviewing(officer));
  then(Refusal::already_revoked, "items[0]");
}

TEST_F(DecideReviewTest, IsFinalOnceARevokeWasCarriedOut) {
  given(Asked{decision({{mercy, jdoe, revoke, {fax}}}), reviewing(mhughes)});
  when(decision({{mercy, jdoe, keep}}), reviewing(mhughes));
  then(Refusal::already_revoked, "items[0]");
  given(Asked{decision({{mercy, bking, revoke}}), reviewing(jdoe)});
  given(Asked{decision({{mercy, bking, ask}}), reviewing(jdoe)}, Asked{decision({{mercy, bking, revoke}}), reviewing(jdoe)});
  given(was_removed(mercy, mhughes, bking), was_linked(mercy, mhughes, ufree, {claims}));
  when(decision({{mercy, dlopez, ask}, {mercy, bking, keep}}), reviewing(jdoe));
  then(Refusal::already_revoked, "items[1]");
}

TEST_F(DecideReviewTest, IsFinalWhoeverCarriedARevokeOutAndWhateverWasGrantedSince) {
  const auto assigned = [](ServiceList services) { return Asked{AssignServices{mercy, jdoe, std::move(services)}, by(mhughes)}; };
  given(was_assigned(mercy, "officer:rkelly"), Asked{decision({{mercy, jdoe, revoke, {claims, fax}}}), reviewing(officer)});
  given(assigned({claims, fax, reports}));
  when(decision({{mercy, jdoe, revoke, {claims, fax}}}), reviewing(officer));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the control: another change";
  given(assigned({fax, reports}), assigned({reports}), assigned({claims, reports}));
  when(decision({{mercy, jdoe, keep}}), reviewing(officer));
  then(Refusal::already_revoked, "items[0]");
}

TEST_F(DecideReviewTest, IsNotReplacedByAReviewerOfLessAuthority) {
  given(Asked{OpenReview{"other", {mercy}, in_days(1)}, by(officer)}, Asked{AssignReviewer{"other", mercy, "bking1", {}}, by(mhughes)},
        Asked{DecideReview{"other", {{mercy, jdoe, keep}}}, reviewing(bking)},
        Asked{AssignReviewer{"other", mercy, "officer:rkelly", {}}, by(officer)});
  given(Asked{DecideReview{"other", {{mercy, jdoe, ask}}}, reviewing(officer)});
  when(DecideReview{"other", {{mercy, jdoe, keep}}}, reviewing(bking));
  then(Refusal::decided_by_agency, "items[0]");
  when(DecideReview{"other", {{mercy, dlopez, keep}}}, reviewing(bking));
  EXPECT_EQ(answer().status, Answer::Status::accepted) << "the control";
  EXPECT_EQ(last_named(), "110012345A dlopez1");
}

TEST_F(DecideReviewTest, NamesWhomARefusedDecisionIsAbout) {
  when(decision({{mercy, jdoe, keep}, {mercy, mhughes, keep}}), reviewing(mhughes));
  then(Refusal::own_review, "items[1]");
  EXPECT_EQ(last_named(), "110012345A mhughes1");
}

TEST_F(DecideReviewTest, IsRefusedWhereTheReviewHasChanged) {
  Request request = reviewing(mhughes);
  request.expected_version = sight().review(yearly).version();
  given(Asked{decision({{mercy, jdoe, keep}}), reviewing(mhughes)});
  when(decision({{mercy, jdoe, ask}}), request);
  then(Refusal::version_conflict);
  request.expected_version = sight().review(yearly).version();
  when(decision({{mercy, jdoe, ask}}), request);
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(DecideReviewTest, KeepsANoteWithEachButWhoWasErased) {
  given(was_created(mercy, mhughes, "Erma", "Rase", {claims}));
  const Username erma = username("erase1");
  given(Asked{OpenReview{"other", {mercy}, in_days(1)}, by(officer)}, Asked{AssignReviewer{"other", mercy, "mhughes1", {}}, by(officer)});
  given(was_removed(mercy, mhughes, erma), Asked{EraseSubject{erma, "court_order"}, court_order()});
  when(DecideReview{"other", {{mercy, erma, keep}, {mercy, jdoe, keep}}}, by(mhughes, {.reason = "yearly", .note = "seen at the desk"}));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
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
  then(Refusal::not_reviewer, "items[0]");
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
                    {Refusal::reason_required, about(general, sstone), by(mhughes)},
                    {Refusal::not_reviewer, about(general, sstone), reviewing(mhughes)},
                    {Refusal::not_reviewer, about(mercy, jdoe), reviewing(officer)},
                    {Refusal::not_reviewer, decision({{mercy, dlopez, keep}}), reviewing(bking)},
                    {Refusal::own_review, about(mercy, mhughes), reviewing(mhughes)},
                    {Refusal::own_review, about(mercy, jdoe), reviewing(jdoe)},
                    {Refusal::service_unknown, decision({{mercy, nobody, revoke, {"claims_submision"}}}), reviewing(mhughes)},
                    {Refusal::not_in_review, about(mercy, nobody), reviewing(mhughes)},
                    {Refusal::not_in_review, about(mercy, sstone), reviewing(mhughes)},
                    {Refusal::not_in_review, about(mercy, username("nnew1")), reviewing(mhughes)},
                    {Refusal::service_not_held, decision({{mercy, jdoe, revoke, {fax, reports}}}), reviewing(mhughes)}});
  given(was_closed_again());
  refuses_in_order({{Refusal::review_unknown, about(mercy, jdoe), by(dlopez)}, {Refusal::review_closed, about(mercy, jdoe), by(mhughes)}});
}

TEST_F(DecideReviewTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view items) {
    return form_of(R"({"type":"decide_review","actor":"mhughes1","review":"q4","items":[)" + std::string{items} + "]}");
  };
  EXPECT_EQ(form(""), "items: expected 1 to 100 people");
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
