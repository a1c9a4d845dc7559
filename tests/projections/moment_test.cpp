#include "projections/moment.h"

#include <gtest/gtest.h>

#include "tests/projections/story.h"

namespace muniment {
namespace {

TEST(PositionAsOf, IsTheLastOneRecordedByThen) {
  ListLog log;
  Story story(log);
  std::vector<Timestamp> recorded;
  for (int i = 0; i < 40; ++i) {
    story.at(*Timestamp::parse("2020-01-01T00:00:00Z"));  // When it took effect has no say.
    story.provider_registered("110012345A");
    recorded.push_back(story.now());
    if (i % 7 == 0) story.wait(100);
  }
  for (Position position = 1; position <= recorded.size(); ++position) {
    const auto at = recorded[position - 1];
    EXPECT_EQ(position_as_of(log, 0, at), position);
    EXPECT_EQ(position_as_of(log, 0, {at.ns - 1}), position - 1);
    EXPECT_EQ(position_as_of(log, 0, {at.ns + 1}), position);
  }
}

TEST(PositionAsOf, IsZeroBeforeTheFirstEventAndInAnEmptyLog) {
  ListLog log;
  EXPECT_EQ(position_as_of(log, 0, *Timestamp::parse("2030-01-01")), 0u);
  Story story(log);
  story.provider_registered("110012345A");
  EXPECT_EQ(position_as_of(log, 0, *Timestamp::parse("1999-01-01")), 0u);
}

TEST(PositionAsOf, IsTheLastOfSeveralRecordedAtTheSameTime) {
  ListLog log;
  Story story(log);
  for (int i = 0; i < 5; ++i) {
    story.provider_registered("110012345A");
    story.wait(-1);
  }
  EXPECT_EQ(position_as_of(log, 0, {story.now().ns + 1'000'000'000}), 5u);
}

}  // namespace
}  // namespace muniment
