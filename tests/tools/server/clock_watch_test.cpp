#include "tools/server/clock_watch.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::chrono_literals;

class ClockWatches : public testing::Test {
 protected:
  void pass(std::chrono::nanoseconds time) {
    wall.ns += time.count();
    counted += time;
  }
  void step(std::chrono::nanoseconds by) { wall.ns += by.count(); }
  Clocks clocks() {
    return {.wall = [this] { return wall; }, .counting = [this] { return counted; }};
  }

  Timestamp wall = Timestamp::parse("2026-01-01T00:00:00Z").value();
  std::chrono::nanoseconds counted = 5h;
  ClockWatch watch{clocks(), {}};
};

TEST_F(ClockWatches, AreSatisfiedWhileBothClocksGoOn) {
  for (int i = 0; i < 100; ++i) {
    pass(1h);
    EXPECT_FALSE(watch.look());
  }
}

TEST_F(ClockWatches, SeeAStepOfMoreThanAMinuteEitherWay) {
  step(60s);
  EXPECT_FALSE(watch.look());
  step(1ns);
  EXPECT_TRUE(watch.look());
  ClockWatch another{clocks(), {}};
  step(-61s);
  EXPECT_TRUE(another.look());
}

TEST_F(ClockWatches, SeeAStepThatComesInParts) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(watch.look()) << i;
    pass(1s);
    step(20s);
  }
  EXPECT_TRUE(watch.look());
}

TEST_F(ClockWatches, FollowAClockThatIsSlewed) {
  for (int i = 0; i < 100'000; ++i) {  // Half a millisecond a second, for more than a day: 50 s. Then back.
    pass(1s);
    step(500us);
    ASSERT_FALSE(watch.look());
  }
  step(-59s);
  EXPECT_FALSE(watch.look());
}

TEST_F(ClockWatches, HoldToAStepUntilItIsAccepted) {
  step(2h);
  EXPECT_TRUE(watch.look());
  step(-2h);
  EXPECT_TRUE(watch.look()) << "who put it back must say so: nobody else can tell which of the two was right";
  step(10min);
  watch.accept();
  EXPECT_FALSE(watch.look());
  pass(1h);
  EXPECT_FALSE(watch.look());
  step(61s);
  EXPECT_TRUE(watch.look());
}

TEST_F(ClockWatches, SayWhatTheClockSaysAndWhatWasExpected) {
  EXPECT_FALSE(watch.step().has_value());
  const Timestamp before = wall;
  step(2h);
  watch.look();
  pass(1min);
  ASSERT_TRUE(watch.step().has_value());
  EXPECT_EQ(watch.step()->clock.ns - before.ns, std::chrono::nanoseconds(2h + 1min).count());
  EXPECT_EQ(watch.step()->expected.ns - before.ns, std::chrono::nanoseconds(1min).count());
}

TEST_F(ClockWatches, BeginWithAStepThatWasFoundBefore) {
  const Timestamp last{wall.ns + std::chrono::nanoseconds(1h).count()};
  ClockWatch found{clocks(), ClockStep{.clock = wall, .expected = last}};
  EXPECT_TRUE(found.look());
  EXPECT_EQ(found.step()->expected, last);
  found.accept();
  EXPECT_FALSE(found.look());
}

TEST_F(ClockWatches, TheMachinesClocksGoOn) {
  const Clocks machine = machine_clocks();
  const auto before = machine.counting();
  EXPECT_GE(machine.counting(), before);
  EXPECT_GT(before, 0ns);
  EXPECT_FALSE(ClockWatch(machine, {}).look());
}

}  // namespace
}  // namespace muniment
