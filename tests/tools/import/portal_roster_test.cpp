#include "tools/import/portal_roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

PortalRoster read_roster(const std::string& text) {
  std::istringstream in(text);
  return PortalRoster::read(in, {});
}

TEST(PortalRoster, HasAServiceARowOrSeveral) {
  const auto roster = read_roster("username,services\nJDoe1,b;a\njdoe1,c\nlchen1,\n");
  EXPECT_THAT(roster.held, ElementsAre(Pair("jdoe1", "a"), Pair("jdoe1", "b"), Pair("jdoe1", "c")));
  EXPECT_THAT(roster.problems, IsEmpty());
}

TEST(PortalRoster, TellsEachBadLine) {
  const auto roster = read_roster("username,services\n,a\nj doe,a\njdoe1,a\x01b\n");
  ASSERT_THAT(roster.problems, SizeIs(3));
  EXPECT_THAT(roster.problems[0].reason, HasSubstr("username: expected"));
  EXPECT_THAT(roster.problems[1].reason, HasSubstr("username: expected"));
  EXPECT_THAT(roster.problems[2].reason, HasSubstr("services: expected"));
}

}  // namespace
}  // namespace muniment
