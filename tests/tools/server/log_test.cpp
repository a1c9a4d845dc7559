#include "tools/server/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <sstream>

namespace muniment {
namespace {

TEST(NodeLog, DropsLinesWhileNobodyReadsThemAndSaysHowMany) {
  std::ostringstream out;
  bool can_write = true;
  Log log(out, LogLevel::info, [&] { return can_write; });
  log.write(LogLevel::info, "first");
  can_write = false;
  log.write(LogLevel::info, "second");
  log.write(LogLevel::error, "third");
  can_write = true;
  log.write(LogLevel::info, "fourth");
  log.write(LogLevel::info, "fifth");
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;
  EXPECT_THAT(text, testing::HasSubstr("\"message\":\"lines of this log were dropped: they were not read\",\"lines\":\"2\"}"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("second")));
  EXPECT_LT(text.find("dropped"), text.find("fourth"));
}

TEST(NodeLog, CannotBeWrittenToAPipeThatIsFull) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
  const auto can_write = can_write_to(ends[1]);
  EXPECT_TRUE(can_write());
  const std::string much(4096, 'x');
  while (::write(ends[1], much.data(), much.size()) > 0) {
  }
  EXPECT_FALSE(can_write());
  std::string taken(much.size(), ' ');
  ASSERT_GT(::read(ends[0], taken.data(), taken.size()), 0);
  EXPECT_TRUE(can_write());
  ::close(ends[0]);
  EXPECT_TRUE(can_write()) << "the write itself says what is wrong";
  ::close(ends[1]);
}

}  // namespace
}  // namespace muniment
