#include "tools/server/fair_queue.h"

#include <gmock/gmock.h>

namespace muniment {
namespace {

TEST(FairQueue, GivesEachATurnHoweverMuchOneOfThemBrings) {
  FairQueue<int> queue;
  for (int i = 1; i <= 4; ++i) queue.push("ann", i);
  queue.push("ben", 10);
  queue.push("kim", 20);
  queue.push("ben", 11);
  std::vector<int> popped;
  for (int i = 0; i < 7; ++i) popped.push_back(queue.pop());
  EXPECT_THAT(popped, testing::ElementsAre(1, 10, 20, 2, 11, 3, 4));
}

TEST(FairQueue, LetsWhoComesAgainWaitForTheOthers) {
  FairQueue<int> queue;
  queue.push("ann", 1);
  EXPECT_EQ(queue.pop(), 1);
  queue.push("ben", 10);
  queue.push("ann", 2);
  EXPECT_EQ(queue.pop(), 10);
  EXPECT_EQ(queue.pop(), 2);
}

}  // namespace
}  // namespace muniment
