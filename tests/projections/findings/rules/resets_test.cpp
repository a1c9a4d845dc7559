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

TEST_F(Resets, ThatGoOnAfterTheyWereSaidToBeDealtWithCountAgain) {
  for (const schema::Disposition said : {schema::Disposition::FIXED, schema::Disposition::FALSE_ALARM}) {
    const std::string username = said == schema::Disposition::FIXED ? "a" : "b";
    const auto found_of = [&](std::optional<Position> position = {}) {
      auto all = findings({.now = story.now(), .rule = Rule::repeated_resets, .moment = {.position = position}});
      std::erase_if(all, [&](const Finding& finding) { return finding.subject != username; });
      return all.at(0);
    };
    for (int i = 0; i < 3; ++i) reset(username);
    const std::string id = found_of().id;
    const Position disposed = story.finding_disposed(mercy, id, said);
    EXPECT_FALSE(found_of().is_due()) << "the control: nothing was done since";
    reset(username);
    const Finding more = found_of();
    EXPECT_EQ(more.id, id);
    EXPECT_EQ(more.count, 4U);
    EXPECT_TRUE(more.is_due());
    EXPECT_EQ(more.disposal->position, disposed) << "what was said is shown still";
    EXPECT_FALSE(found_of(disposed).is_due()) << "as it was then";
    story.finding_disposed(mercy, id, said);
    EXPECT_FALSE(found_of().is_due()) << "said again, of what was done since";
  }
}

TEST_F(Resets, OfAnAcceptedRiskMayGoOnUntilItsTime) {
  for (int i = 0; i < 3; ++i) reset("a");
  const Timestamp until{story.now().ns + 86'400'000'000'000};
  story.finding_disposed(mercy, only(Rule::repeated_resets).id, schema::Disposition::ACCEPTED_RISK, until);
  reset("a");
  EXPECT_FALSE(only(Rule::repeated_resets).is_due());
  EXPECT_TRUE(only(Rule::repeated_resets, until).is_due()) << "the control";
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
