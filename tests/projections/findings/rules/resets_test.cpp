#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Resets : public FindingsTest {
 protected:
  Resets() {
    for (const char* name : {"a", "b", "c", "d", "e"}) story.created(mercy, name, {"claims"});  // 4 to 8
  }
  void reset(const std::string& username) {
    by("pu1");
    story.password_reset(mercy, username);
  }
};

TEST_F(Resets, OfOneAccountAgainAndAgainAreFound) {
  for (int i = 0; i < 3; ++i) {
    reset("a");  // 9, 10, 11
    wait_days(10);
  }
  EXPECT_THAT(found(Rule::repeated_resets), ElementsAre("a act x3 9 10 11"));
  EXPECT_THAT(found(Rule::many_resets), IsEmpty());
}

TEST_F(Resets, OfManyByOneActorAreFound) {
  for (const char* name : {"a", "b", "c", "d", "e"}) reset(name);  // 9 to 13
  EXPECT_THAT(found(Rule::many_resets), ElementsAre("pu1 act x5 9 10 11 12 13"));
  EXPECT_THAT(found(Rule::repeated_resets), IsEmpty());
}

TEST_F(Resets, OfOneAccountAreNotResetsOfMany) {
  for (int i = 0; i < 6; ++i) reset("a");
  EXPECT_THAT(found(Rule::many_resets), IsEmpty());
  EXPECT_EQ(found(Rule::repeated_resets).size(), 1U) << "the control";
  for (const char* name : {"b", "c", "d"}) reset(name);
  EXPECT_THAT(found(Rule::many_resets), IsEmpty());
  reset("e");
  EXPECT_THAT(found(Rule::many_resets), ElementsAre("pu1 act x5 14 15 16 17 18"));
}

TEST_F(Resets, NowAndThenAreNotFound) {
  for (const char* name : {"a", "b", "c", "d", "e", "a", "a"}) {
    reset(name);
    wait_days(20);
  }
  EXPECT_THAT(found(Rule::many_resets), IsEmpty());
  EXPECT_THAT(found(Rule::repeated_resets), IsEmpty());
}

}  // namespace
}  // namespace muniment
