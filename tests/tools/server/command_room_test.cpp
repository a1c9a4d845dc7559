#include "tools/server/command_room.h"

#include <gtest/gtest.h>

namespace muniment {
namespace {

TEST(CommandRoom, HasSoManyPlacesAndNoMore) {
  CommandRoom room({.all = 3, .of_one = 3});
  const auto ann = room.share_of("officer:ann");
  const auto ben = room.share_of("officer:ben");
  EXPECT_TRUE(ann->take());
  EXPECT_TRUE(ann->take());
  EXPECT_TRUE(ben->take());
  EXPECT_FALSE(ben->take());
  EXPECT_EQ(room.taken(), 3U);
  ann->give();
  EXPECT_TRUE(ben->take());
}

TEST(CommandRoom, GivesNoOneMoreThanItsPart) {
  CommandRoom room({.all = 4, .of_one = 2});
  const auto ann = room.share_of("officer:ann");
  EXPECT_TRUE(ann->take());
  EXPECT_TRUE(room.share_of("officer:ann")->take()) << "the same part, however it was come by";
  EXPECT_FALSE(ann->take());
  EXPECT_TRUE(room.share_of("officer:ben")->take());
  EXPECT_EQ(room.taken(), 3U) << "what was refused took nothing";
}

TEST(CommandRoom, KeepsTheShareOfWhoHasSomethingUnderWayHoweverManyCome) {
  CommandRoom room({.all = 4, .of_one = 1});
  const auto ann = room.share_of("officer:ann");
  EXPECT_TRUE(ann->take());
  for (int i = 0; i < 2000; ++i) room.share_of("submitter:" + std::to_string(i));
  EXPECT_FALSE(room.share_of("officer:ann")->take());
}

}  // namespace
}  // namespace muniment
