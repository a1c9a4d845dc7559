#include "tools/server/recent_sends.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::chrono_literals;

const RecentSends::Clock::time_point sent_at{};

TEST(RecentSends, AreKeptForAWhileHoweverManyThereAre) {
  RecentSends sends(10s, 1'000'000);
  for (Position position = 1; position <= 1000; ++position) {
    sends.add(position, 500, sent_at + 1ms * static_cast<int>(position));
    sends.forget_old(sent_at + 1ms * static_cast<int>(position));
  }
  EXPECT_EQ(sends.first(), 1U);
  sends.forget_old(sent_at + 10s + 500ms);
  EXPECT_EQ(sends.first(), 500U);
  sends.forget_old(sent_at + 12s);
  EXPECT_FALSE(sends.first());
}

TEST(RecentSends, AreNoMoreThanMakeUpTheBytes) {
  RecentSends sends(10s, 1000);
  for (Position position = 1; position <= 5; ++position) sends.add(position, 400, sent_at);
  sends.forget_old(sent_at);
  EXPECT_EQ(sends.first(), 3U) << "the last three have 1200 bytes, two would have too few";
}

TEST(RecentSends, AreNoneAnyMoreWhenTheyAreSentAnew) {
  RecentSends sends(10s, 1000);
  EXPECT_FALSE(sends.first());
  sends.add(7, 10, sent_at);
  sends.clear();
  EXPECT_FALSE(sends.first());
}

}  // namespace
}  // namespace muniment
