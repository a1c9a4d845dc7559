#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto held_there = schema::Difference::HELD_NOT_RECORDED;
constexpr auto recorded_here = schema::Difference::RECORDED_NOT_HELD;

// The fixture has defined the services by 1 to 3.
class Reconciling : public FindingsTest {
 protected:
  Reconciling() {
    story.provider_registered(mercy);                      // 4
    story.primary(mercy, "pu1", {"primary_portal_user"});  // 5
    granted_ = story.created(mercy, "ann1", {"claims"});   // 6
  }

  using Discrepancies = std::vector<fact::Discrepancy>;
  Position reported(Discrepancies discrepancies, std::string_view after = {}, std::string_view through = {},
                    const std::string& provider = mercy) {
    return story.happened(fact::ReconciliationReported{digest_, std::move(discrepancies), after, through}, provider);
  }
  std::vector<std::string> open_now(Rule rule) { return found(rule); }
  std::vector<std::string> ever(Rule rule) { return found(rule, {}, true); }
  fact::Discrepancy ann_has_no_claims() const { return {"ann1", "claims", recorded_here, granted_}; }

  const Bytes digest_ = Bytes(32, 0xab);
  Position granted_ = 0;
};

TEST_F(Reconciling, FindsNothingBeforeItIsReportedNorWhereBothSayTheSame) {
  EXPECT_THAT(ever(Rule::held_not_recorded), IsEmpty());
  reported({});
  EXPECT_THAT(ever(Rule::held_not_recorded), IsEmpty());
  EXPECT_THAT(ever(Rule::recorded_not_held), IsEmpty());
}

TEST_F(Reconciling, FindsWhatWasReportedWithItsEvidence) {
  reported({{"ghost1", "claims", held_there}, ann_has_no_claims()});  // 7
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("ghost1 claims open x1 7"));
  EXPECT_THAT(open_now(Rule::recorded_not_held), ElementsAre("ann1 claims open x2 6 7"));
  EXPECT_EQ(only(Rule::held_not_recorded).provider.text(), mercy);
}

TEST_F(Reconciling, BeginsAtTheMomentThatWasCompared) {
  wait_days(10);
  const Timestamp then = story.now();
  wait_days(10);
  story.at(then);
  reported({{"ghost1", "claims", held_there}});
  EXPECT_EQ(only(Rule::held_not_recorded).first_seen, then);
  EXPECT_THAT(found(Rule::held_not_recorded, Timestamp{then.ns - 1}), IsEmpty());
}

TEST_F(Reconciling, EndsWithTheNextReportThatDoesNotHaveIt) {
  reported({{"ghost1", "claims", held_there}, {"ghost1", "referrals", held_there}, ann_has_no_claims()});  // 7
  wait_days(30);
  reported({{"ghost1", "referrals", held_there}});  // 8
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("ghost1 referrals open x1 7"));
  EXPECT_THAT(ever(Rule::held_not_recorded), ElementsAre("ghost1 claims ended x2 7 8", "ghost1 referrals open x1 7"));
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty());
  EXPECT_THAT(ever(Rule::recorded_not_held), ElementsAre("ann1 claims ended x3 6 7 8"));
  wait_days(30);
  reported({ann_has_no_claims()});  // 9
  EXPECT_THAT(open_now(Rule::held_not_recorded), IsEmpty());
  EXPECT_THAT(ever(Rule::recorded_not_held), ElementsAre("ann1 claims ended x3 6 7 8", "ann1 claims open x2 6 9"));
}

TEST_F(Reconciling, IsOfEachProviderByItself) {
  story.provider_registered(hope);                             // 7
  reported({{"ghost1", "claims", held_there}});                // 8
  reported({{"ghost1", "claims", held_there}}, {}, {}, hope);  // 9
  reported({}, {}, {}, hope);                                  // 10
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("ghost1 claims open x1 8"));
}

TEST_F(Reconciling, OfWhatIsHeldEndsWhenItIsGranted) {
  reported({{"ann1", "referrals", held_there}, {"bob1", "claims", held_there}, {"bob1", "referrals", held_there}});  // 7
  story.assigned(mercy, "ann1", {"referrals"});                                                                      // 8
  story.created(mercy, "bob1", {"claims"});                                                                          // 9
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("bob1 referrals open x1 7"));
  EXPECT_THAT(ever(Rule::held_not_recorded),
              ElementsAre("ann1 referrals ended x2 7 8", "bob1 claims ended x2 7 9", "bob1 referrals open x1 7"));
  story.assigned(mercy, "ann1", {}, {"referrals"});
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("bob1 referrals open x1 7"))
      << "what was settled stays so until it is reported";
}

TEST_F(Reconciling, OfWhatIsHeldDoesNotEndWithAGrantElsewhere) {
  story.provider_registered(hope);             // 7
  reported({{"bob1", "claims", held_there}});  // 8
  story.created(hope, "bob1", {"claims"});     // 9
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("bob1 claims open x1 8"));
  story.linked(mercy, "bob1", {"claims"});  // 10
  EXPECT_THAT(ever(Rule::held_not_recorded), ElementsAre("bob1 claims ended x2 8 10"));
}

TEST_F(Reconciling, OfWhatIsRecordedEndsWhenItIsTakenAway) {
  story.created(mercy, "bob1", {"claims", "referrals"});                                                           // 7
  reported({ann_has_no_claims(), {"bob1", "claims", recorded_here, 7}, {"bob1", "referrals", recorded_here, 7}});  // 8
  story.removed(mercy, "ann1");                                                                                    // 9
  story.assigned(mercy, "bob1", {}, {"claims"});                                                                   // 10
  EXPECT_THAT(open_now(Rule::recorded_not_held), ElementsAre("bob1 referrals open x2 7 8"));
  EXPECT_THAT(ever(Rule::recorded_not_held),
              ElementsAre("ann1 claims ended x3 6 8 9", "bob1 claims ended x3 7 8 10", "bob1 referrals open x2 7 8"));
}

TEST_F(Reconciling, IsFoundAnewWhereItIsGrantedAgainAndStillNotHeld) {
  reported({ann_has_no_claims()});                // 7
  story.assigned(mercy, "ann1", {}, {"claims"});  // 8
  story.assigned(mercy, "ann1", {"claims"});      // 9
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty());
  reported({{"ann1", "claims", recorded_here, 9}});  // 10
  EXPECT_THAT(open_now(Rule::recorded_not_held), ElementsAre("ann1 claims open x2 9 10"));
}

TEST_F(Reconciling, EndsWithTheProvider) {
  reported({{"ghost1", "claims", held_there}, ann_has_no_claims()});
  story.provider_closed(mercy);
  EXPECT_THAT(open_now(Rule::held_not_recorded), IsEmpty());
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty());
  EXPECT_THAT(ever(Rule::held_not_recorded), testing::SizeIs(1)) << "as it was";
}

TEST_F(Reconciling, FindsWhatIsHeldAtAProviderThatIsClosed) {
  story.provider_closed(mercy);                                     // 7
  reported({{"ann1", "claims", held_there}, ann_has_no_claims()});  // 8
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("ann1 claims open x1 8"));
  EXPECT_THAT(ever(Rule::recorded_not_held), IsEmpty()) << "nothing is recorded as held there";
  reported({});
  EXPECT_THAT(open_now(Rule::held_not_recorded), IsEmpty());
}

TEST_F(Reconciling, ShowsWhatWasSettledBetweenTheMomentAndTheReport) {
  const Timestamp then = story.now();
  wait_days(1);
  story.assigned(mercy, "ann1", {"referrals"}, {"claims"});  // 7
  wait_days(1);
  story.at(then);
  reported({{"ann1", "referrals", held_there}, ann_has_no_claims(), {"pu1", "primary_portal_user", held_there}});  // 8
  EXPECT_THAT(open_now(Rule::held_not_recorded), IsEmpty());
  EXPECT_THAT(ever(Rule::held_not_recorded), ElementsAre("ann1 referrals ended x2 7 8"))
      << "and nothing of the Primary User, who held it then";
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty());
  EXPECT_THAT(ever(Rule::recorded_not_held), ElementsAre("ann1 claims ended x3 6 7 8"));
}

TEST_F(Reconciling, OfAnEarlierMomentEndsNothingAndShowsWhatItAloneHasUpToTheLaterOne) {
  const Timestamp earlier = story.now();
  wait_days(10);
  reported({{"ghost1", "claims", held_there}});  // 7
  wait_days(10);
  story.at(earlier);
  reported({{"ghost2", "claims", held_there}});  // 8
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("ghost1 claims open x1 7"));
  EXPECT_THAT(ever(Rule::held_not_recorded), ElementsAre("ghost1 claims open x1 7", "ghost2 claims ended x2 7 8"));
}

TEST_F(Reconciling, TakesBackWhatAnotherReportOfTheSameMomentDoesNotHave) {
  const Timestamp then = story.now();
  story.at(then);
  reported({{"ghost1", "claims", held_there}});
  story.at(then);
  reported({});
  EXPECT_THAT(ever(Rule::held_not_recorded), IsEmpty());
}

TEST_F(Reconciling, OfAPartSaysNothingOfUsernamesInOthers) {
  reported({{"a", "claims", held_there}, {"m", "claims", held_there}, {"z", "claims", held_there}});  // 7
  wait_days(1);
  reported({}, {}, "b");  // 8
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("m claims open x1 7", "z claims open x1 7"));
  reported({{"m", "claims", held_there}}, "b", "m");  // 9
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("m claims open x1 7", "z claims open x1 7"));
  reported({}, "m");  // 10
  EXPECT_THAT(open_now(Rule::held_not_recorded), ElementsAre("m claims open x1 7"));
}

TEST_F(Reconciling, IsDisposedOfAsOthersAre) {
  reported({{"ghost1", "claims", held_there}});
  const Finding finding = only(Rule::held_not_recorded);
  story.next.reason = "service_account";
  story.finding_disposed(mercy, finding.id, schema::Disposition::ACCEPTED_RISK, Timestamp{story.now().ns + 86'400'000'000'000});
  ASSERT_TRUE(only(Rule::held_not_recorded).disposal);
  EXPECT_TRUE(only(Rule::held_not_recorded).disposal->counts);
}

TEST_F(Reconciling, IsTheSameWhereTheViewsAreBuiltAnew) {
  story.provider_registered(hope);
  const auto all = [this] {
    std::vector<std::string> out;
    for (const Rule rule : {Rule::held_not_recorded, Rule::recorded_not_held}) {
      for (const Finding& one : findings({.now = story.now(), .since = Timestamp{}, .rule = rule}))
        out.push_back(one.id + " " + one.first_seen.text() + " " + one.last_seen.text());
    }
    return out;
  };
  reported({{"ghost1", "claims", held_there}, {"bob1", "referrals", held_there}, ann_has_no_claims()});
  catch_up();
  story.created(mercy, "bob1", {"referrals"});
  catch_up();
  story.removed(mercy, "ann1");
  catch_up();
  wait_days(3);
  reported({{"ghost2", "claims", held_there}});
  catch_up();
  const auto lived = all();
  ASSERT_EQ(lived.size(), 4U);
  projector->rebuild(std::array{ProjectionKind::findings});
  EXPECT_EQ(all(), lived);
}

TEST_F(Reconciling, ShowsWhatWasTakenAwayAndGrantedAgainBeforeTheReport) {
  const Timestamp then = story.now();
  wait_days(1);
  story.assigned(mercy, "ann1", {}, {"claims"});  // 7
  story.assigned(mercy, "ann1", {"claims"});      // 8
  wait_days(1);
  story.at(then);
  reported({ann_has_no_claims()});  // 9
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty()) << "of the later grant nothing was reported";
  EXPECT_THAT(ever(Rule::recorded_not_held), ElementsAre("ann1 claims ended x3 6 8 9"));
  EXPECT_EQ(only(Rule::recorded_not_held).first_seen, then);
}

TEST_F(Reconciling, ShowsWhatWasTakenAwayLongBeforeTheReportUpToIt) {
  const Timestamp then = story.now();
  wait_days(1);
  story.removed(mercy, "ann1");  // 7
  wait_days(50);
  story.linked(mercy, "ann1", {"referrals"});        // 8
  story.assigned(mercy, "ann1", {}, {"referrals"});  // 9: what was taken away before is not remembered any more.
  story.at(then);
  reported({ann_has_no_claims()});  // 10
  EXPECT_THAT(open_now(Rule::recorded_not_held), IsEmpty());
  EXPECT_THAT(ever(Rule::recorded_not_held), ElementsAre("ann1 claims ended x2 6 10"));
  const Timestamp between{then.ns + 3600 * std::int64_t{1'000'000'000}};
  EXPECT_THAT(found(Rule::recorded_not_held, between), ElementsAre("ann1 claims open x2 6 10"));
}

}  // namespace
}  // namespace muniment
