#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/projections/findings_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MassChanges : public FindingsTest {
 protected:
  MassChanges() {
    auto thresholds = story.policy().initThresholds(2);
    thresholds[0].setName("mass_changes");
    thresholds[0].setValue(3);
    thresholds[1].setName("mass_window_minutes");
    thresholds[1].setValue(10);
    story.policy_set();  // 4
  }
  void change(const std::string& actor, const char* where = mercy) {
    by(actor);
    story.created(where, fmt::format("user{}", ++users_), {"claims"});
  }

 private:
  int users_ = 0;
};

TEST_F(MassChanges, AreARunOfSoManyWithinTheWindow) {
  for (int i = 0; i < 5; ++i) change("ann1");  // 5 to 9
  story.wait(3600);
  change("ann1");
  EXPECT_THAT(found(Rule::mass_changes), ElementsAre("ann1 act x5 5 6 7 8 9"));
  for (int i = 0; i < 2; ++i) change("ann1");  // 11, 12
  EXPECT_THAT(found(Rule::mass_changes), ElementsAre("ann1 act x5 5 6 7 8 9", "ann1 act x3 10 11 12"));
}

// At mercy as they were done, at hope the last one first.
TEST_F(MassChanges, AreTheSameWhicheverWasRecordedFirst) {
  const std::vector<int> minutes{0, 1000, 2000, 2001, 2002, 2003, 3000, 4000, 5000};
  const Timestamp begin = time_of("2023-01-02T00:00:00Z");
  const auto at = [&](int minute) { return Timestamp{begin.ns + minute * 60 * std::int64_t{1'000'000'000}}; };
  for (auto minute = minutes.begin(); minute != minutes.end(); ++minute) {
    story.at(at(*minute));
    change("ann1");
  }
  for (auto minute = minutes.rbegin(); minute != minutes.rend(); ++minute) {
    story.at(at(*minute));
    change("ann1", hope);
  }
  for (const char* where : {mercy, hope}) {
    const auto all = findings({.now = story.now(), .rule = Rule::mass_changes, .provider = provider(where)});
    ASSERT_EQ(all.size(), 1U) << where;
    EXPECT_EQ(all[0].count, 4U);
    EXPECT_EQ(all[0].first_seen, at(2000));
    EXPECT_EQ(all[0].last_seen, at(2003));
    const auto as_of = [&](int minute) {
      const auto then =
          findings({.now = story.now(), .rule = Rule::mass_changes, .provider = provider(where), .moment = {.at = at(minute)}});
      return then.empty() ? 0 : then[0].count;
    };
    EXPECT_EQ(as_of(2001), 0U) << where;
    EXPECT_EQ(as_of(2002), 3U) << where;
    EXPECT_EQ(as_of(2003), 4U) << where;
  }
}

TEST_F(MassChanges, AreCountedAcrossBatchesAndRestarts) {
  for (int i = 0; i < 2; ++i) change("ann1");
  catch_up();
  reopen();
  change("ann1");
  EXPECT_THAT(found(Rule::mass_changes), ElementsAre("ann1 act x3 5 6 7"));
  reopen();
  change("ann1");
  EXPECT_THAT(found(Rule::mass_changes), ElementsAre("ann1 act x4 5 6 7 8"));
}

TEST_F(MassChanges, AreNotThoseOfSeveralActorsOrProvidersOrTimes) {
  for (int i = 0; i < 2; ++i) {
    change("ann1");
    change("bob1");
    change("ann1", hope);
    story.wait(11 * 60);
  }
  EXPECT_THAT(found(Rule::mass_changes), IsEmpty());
}

TEST_F(MassChanges, AreAsManyAsThereWereAtThePositionAskedAbout) {
  for (int i = 0; i < 5; ++i) change("ann1");  // 5 to 9
  catch_up();
  const auto at = [&](Position position) {
    const auto all = findings({.now = story.now(), .rule = Rule::mass_changes, .moment = {.position = position}});
    return all.empty() ? 0 : all.front().count;
  };
  EXPECT_EQ(at(6), 0U);
  EXPECT_EQ(at(7), 3U);
  EXPECT_EQ(at(8), 4U);
  EXPECT_EQ(at(9), 5U);
}

TEST_F(MassChanges, KeepTheFirstAndTheLastOfMuchEvidence) {
  for (int i = 0; i < 30; ++i) change("ann1");  // 5 to 34
  EXPECT_THAT(found(Rule::mass_changes), ElementsAre("ann1 act x30 5 6 7 8 9 10 11 12 27 28 29 30 31 32 33 34"));
}

}  // namespace
}  // namespace muniment
