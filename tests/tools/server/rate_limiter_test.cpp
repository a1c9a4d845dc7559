#include "tools/server/rate_limiter.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::chrono_literals;

constexpr RateLimiter::Time start{1h};

TEST(RateLimiter, LetsABurstThroughAndThenSoManyASecond) {
  RateLimiter limiter(2, 3, 10);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", start), 0ns);
  EXPECT_EQ(limiter.take("a", start), 500ms);
  EXPECT_EQ(limiter.take("a", start + 250ms), 250ms);
  EXPECT_EQ(limiter.take("a", start + 500ms), 0ns);
  EXPECT_GT(limiter.take("a", start + 500ms), 0ns);
}

TEST(RateLimiter, SavesUpNoMoreThanABurst) {
  RateLimiter limiter(2, 3, 10);
  limiter.take("a", start);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", start + 1h), 0ns);
  EXPECT_GT(limiter.take("a", start + 1h), 0ns);
}

TEST(RateLimiter, CountsEachKeyForItself) {
  RateLimiter limiter(1, 1, 10);
  EXPECT_EQ(limiter.take("a", start), 0ns);
  EXPECT_GT(limiter.take("a", start), 0ns);
  EXPECT_EQ(limiter.take("b", start), 0ns);
}

TEST(RateLimiter, SaysHowLongToWaitWithoutTaking) {
  RateLimiter limiter(1, 1, 10);
  EXPECT_EQ(limiter.wait_for("a", start), 0ns);
  EXPECT_EQ(limiter.take("a", start), 0ns);
  EXPECT_EQ(limiter.wait_for("a", start), 1s);
  EXPECT_EQ(limiter.wait_for("a", start + 1s), 0ns);
  EXPECT_EQ(limiter.take("a", start + 1s), 0ns);
}

TEST(RateLimiter, HoldsNoMoreKeysThanItMayWhateverComes) {
  RateLimiter limiter(1, 2, 100);
  std::size_t let_through = 0;
  for (int i = 0; i < 100'000; ++i) let_through += limiter.take(std::to_string(i), start) == 0ns ? 1 : 0;
  EXPECT_EQ(limiter.size(), 100U);
  EXPECT_EQ(let_through, 102U);  // One each for those that have a place, and the burst of the one bucket for all others.
}

TEST(RateLimiter, ForgetsWhoHasNotAskedForAWhileAndNobodyElse) {
  RateLimiter limiter(1, 1, 2);
  limiter.take("old", start);
  limiter.take("recent", start + 10s);
  EXPECT_EQ(limiter.take("new", start + 10s), 0ns);
  EXPECT_EQ(limiter.size(), 2U);
  EXPECT_GT(limiter.take("recent", start + 10s), 0ns);
}

}  // namespace
}  // namespace muniment
