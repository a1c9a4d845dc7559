#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Places : public FindingsTest {
 protected:
  Places() { story.created(mercy, "a", {"claims"}); }  // 4
  void sign_in(const std::string& place, bool success = true) {
    story.next.place = place;
    story.signed_in("a", success);
  }
};

TEST_F(Places, OfTwoSignInsWithinMinutesAreFound) {
  sign_in("Boston");  // 5
  story.wait(20 * 60);
  sign_in("Worcester");  // 6
  EXPECT_THAT(found(Rule::two_places), ElementsAre("a act x2 5 6"));
}

TEST_F(Places, OfTwoSignInsAreFoundInWhateverOrderTheyAreReported) {
  story.wait(3600);
  sign_in("Boston");  // 5
  story.at(Timestamp{story.now().ns - 600'000'000'000});
  sign_in("Worcester");  // 6
  EXPECT_EQ(found(Rule::two_places).size(), 1U);
}

TEST_F(Places, ThatAreTheSameOrFarApartInTimeAreNotFound) {
  sign_in("Boston");
  sign_in("Boston");
  story.wait(31 * 60);
  sign_in("Worcester");
  sign_in("Boston", false);
  sign_in("");
  EXPECT_THAT(found(Rule::two_places), IsEmpty());
  sign_in("Boston");
  EXPECT_EQ(found(Rule::two_places).size(), 1U) << "the control";
}

TEST_F(Places, ThatAreNewRightAfterAResetAreFound) {
  sign_in("Boston");  // 5
  wait_days(3);
  story.password_reset(mercy, "a");  // 6
  story.wait(600);
  sign_in("Worcester");  // 7
  EXPECT_THAT(found(Rule::signed_in_after_reset), ElementsAre("a act x2 6 7"));
}

TEST_F(Places, ThatAreKnownOrLongAfterAResetAreNotFound) {
  sign_in("Boston");
  wait_days(3);
  story.password_reset(mercy, "a");
  sign_in("Boston");
  story.wait(61 * 60);
  sign_in("Worcester");
  EXPECT_THAT(found(Rule::signed_in_after_reset), IsEmpty());
}

TEST_F(Places, AreNotNewWhereNoneWasEverReported) {
  story.password_reset(mercy, "a");
  sign_in("Worcester");
  EXPECT_THAT(found(Rule::signed_in_after_reset), IsEmpty());
}

TEST_F(Places, OfSignInsAreFoundWhereTheNewestAreReportedFirst) {
  story.wait(10 * 3600);
  const Timestamp noon = story.now();
  const auto before_noon = [&](std::int64_t minutes) { return Timestamp{noon.ns - minutes * 60'000'000'000}; };
  story.at(noon);
  sign_in("Boston");  // 5
  story.at(before_noon(58));
  sign_in("Boston");  // 6
  story.at(before_noon(60));
  sign_in("Worcester");  // 7
  EXPECT_THAT(found(Rule::two_places), ElementsAre("a act x2 6 7"));
}

TEST_F(Places, OfALateReportAreFoundBetweenSignInsThatAreKnown) {
  story.wait(10 * 3600);
  const Timestamp ten = story.now();
  sign_in("Boston");  // 5
  for (int i = 0; i < 2; ++i) {
    story.wait(3600);
    sign_in("Boston");
  }
  story.at(Timestamp{ten.ns + 300'000'000'000});
  sign_in("Worcester");  // 8
  EXPECT_THAT(found(Rule::two_places), ElementsAre("a act x2 5 8"));
}

TEST_F(Places, OfALongDayAreFoundInBothOrders) {
  for (const bool newest_first : {false, true}) {
    const std::string who = newest_first ? "c" : "b";
    story.created(mercy, who, {"claims"});
    wait_days(2);
    const Timestamp from = story.now();
    for (int i = 0; i < 40; ++i) {
      const int hour = newest_first ? 39 - i : i;
      story.at(Timestamp{from.ns + hour * std::int64_t{3'600'000'000'000}});
      story.next.place = "Boston";
      story.signed_in(who);
      if (hour != 20) continue;
      story.at(Timestamp{from.ns + (hour * std::int64_t{60} + 5) * 60'000'000'000});
      story.next.place = "Worcester";
      story.signed_in(who);
    }
  }
  wait_days(2);
  EXPECT_THAT(found(Rule::two_places), ElementsAre(testing::StartsWith("b act x2"), testing::StartsWith("c act x2")));
}

TEST_F(Places, ThatWereSignedInFromLongAgoAreNoNewOnesForManySignInsElsewhere) {
  sign_in("Boston");
  wait_days(1);
  for (int i = 0; i < 20; ++i) {
    sign_in("Worcester");
    wait_days(1);
  }
  story.password_reset(mercy, "a");
  sign_in("Boston");
  EXPECT_THAT(found(Rule::signed_in_after_reset), IsEmpty());
}

TEST_F(Places, OfWhoeverIsErasedAreForgotten) {
  sign_in("Boston");
  story.account("subject_erased", "a");
  sign_in("Worcester");
  EXPECT_THAT(found(Rule::two_places), IsEmpty());
}

}  // namespace
}  // namespace muniment
