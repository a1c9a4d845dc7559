#include "tools/server/disk_reserve.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace muniment {
namespace {

class DiskReserves : public testing::Test {
 protected:
  bool is_reached_with(std::uint64_t free_bytes) {
    free = free_bytes;
    reserve.look();
    return reserve.is_reached();
  }

  std::uint64_t free = 5000;
  DiskReserve reserve{[this] { return free; }, 1000};
};

TEST_F(DiskReserves, AreReachedBelowTheReserve) {
  EXPECT_FALSE(is_reached_with(1000));
  EXPECT_TRUE(is_reached_with(999));
  EXPECT_EQ(reserve.free_bytes(), 999U);
}

TEST_F(DiskReserves, AreLeftOnlyWithATenthMore) {
  EXPECT_TRUE(is_reached_with(999));
  EXPECT_TRUE(is_reached_with(1000));
  EXPECT_TRUE(is_reached_with(1099));
  EXPECT_FALSE(is_reached_with(1100));
  EXPECT_FALSE(is_reached_with(1000)) << "once left, the reserve itself counts again";
}

TEST_F(DiskReserves, AreLookedAtWhenTheyAreMade) {
  EXPECT_TRUE(DiskReserve([] { return std::uint64_t{1}; }, 2).is_reached());
}

TEST_F(DiskReserves, OfNothingAreNeverReached) {
  EXPECT_FALSE(DiskReserve([] { return std::uint64_t{0}; }, 0).is_reached());
}

TEST_F(DiskReserves, AreReachedWhereTheDiskCannotBeLookedAt) {
  EXPECT_TRUE(DiskReserve([]() -> std::uint64_t { throw std::runtime_error("no disk"); }, 1).is_reached());
}

}  // namespace
}  // namespace muniment
