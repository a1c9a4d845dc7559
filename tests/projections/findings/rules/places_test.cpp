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

}  // namespace
}  // namespace muniment
