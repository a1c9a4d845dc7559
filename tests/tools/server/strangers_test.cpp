#include "tools/server/strangers.h"

#include <gtest/gtest.h>

#include <array>

namespace muniment {
namespace {

TEST(Strangers, GiveWayOldestFirstWhereTheyAreMost) {
  std::array<int, 6> connections{};
  Strangers<int> strangers;
  strangers.add("192.0.2.1", &connections[0]);
  strangers.add("192.0.2.2", &connections[1]);
  strangers.add("192.0.2.2", &connections[2]);
  EXPECT_EQ(strangers.first_to_go(), &connections[1]);
  strangers.remove("192.0.2.2", &connections[1]);
  strangers.add("192.0.2.1", &connections[3]);
  EXPECT_EQ(strangers.first_to_go(), &connections[0]);
}

TEST(Strangers, AreNoneAnyMoreOnceTheyHaveGoneOrSaidWhoTheyAre) {
  int connection = 0;
  Strangers<int> strangers;
  EXPECT_EQ(strangers.first_to_go(), nullptr);
  strangers.add("192.0.2.1", &connection);
  strangers.remove("192.0.2.1", &connection);
  strangers.remove("192.0.2.1", &connection);
  EXPECT_EQ(strangers.first_to_go(), nullptr);
}

}  // namespace
}  // namespace muniment
