#include "commands/group_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(GroupMeters, CountEachGroupBelowTheFirstBoundThatHoldsIt) {
  GroupMeter meter;
  meter.count(1, 100us);
  meter.count(2, 101us);
  meter.count(3, 1s);
  meter.count(256, 2s);
  meter.count(1025, 0s);
  EXPECT_THAT(meter.group_sizes().counts, ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1));
  EXPECT_EQ(meter.group_sizes().sum, 1287);
  EXPECT_THAT(meter.sync_times().counts, ElementsAre(2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1));
  EXPECT_NEAR(meter.sync_times().sum, 3.000201, 1e-9);
}

TEST(GroupMeters, BeginWithNothing) {
  EXPECT_EQ(GroupMeter().group_sizes().sum, 0);
  EXPECT_EQ(GroupMeter().sync_times().sum, 0);
}

}  // namespace
}  // namespace muniment
