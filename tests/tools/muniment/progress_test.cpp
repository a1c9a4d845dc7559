#include "tools/muniment/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace muniment {
namespace {

// What stands on `err` after work of some time.
std::string shown(bool on_terminal, std::chrono::milliseconds time, std::uint64_t total) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err, .err_is_terminal = on_terminal};
  {
    Progress progress(console, "events", total);
    std::this_thread::sleep_for(time);
    progress.look(500);
  }
  EXPECT_EQ(out.str(), "");
  return err.str();
}

TEST(Progress, ShowsABarTheRateAndTheTimeLeftOnATerminal) {
  const std::string text = shown(true, std::chrono::milliseconds(1100), 1000);
  EXPECT_THAT(text, testing::HasSubstr("[###############...............]  50%  500 events"));
  EXPECT_THAT(text, testing::ContainsRegex("/s, 0:0[12] left"));
  // And takes it away.
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST(Progress, ShowsACountWhereTheEndIsNotKnown) {
  EXPECT_THAT(shown(true, std::chrono::milliseconds(1100), 0), testing::HasSubstr("500 events, "));
}

TEST(Progress, SaysNothingOfWhatIsDoneSoonOrWithoutATerminal) {
  EXPECT_EQ(shown(true, std::chrono::milliseconds(0), 1000), "");
  EXPECT_EQ(shown(false, std::chrono::milliseconds(1100), 1000), "");
}

TEST(Progress, WritesTimesAndNumbersShort) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(62), "1:02");
  EXPECT_EQ(clock_text(3 * 3600 + 12), "3:00:12");
  EXPECT_EQ(short_number(912), "912");
  EXPECT_EQ(short_number(41'234), "41.2k");
  EXPECT_EQ(short_number(3'940'000), "3.9M");
  EXPECT_EQ(short_number(2.5e9), "2.5G");
}

}  // namespace
}  // namespace muniment
