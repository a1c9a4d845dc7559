#include "tools/import/line_reader.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace muniment {
namespace {

constexpr std::size_t bytes_max = 8;

TEST(LineReader, ReadsLinesWithAndWithoutAnEnd) {
  std::istringstream in("one\n\ntwo");
  LineReader lines(in, bytes_max);
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "one");
  EXPECT_EQ(lines.number(), 1u);
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "");
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "two");
  EXPECT_EQ(lines.number(), 3u);
  EXPECT_FALSE(lines.next());
}

TEST(LineReader, FindsNothingInNothing) {
  std::istringstream in("");
  LineReader lines(in, bytes_max);
  EXPECT_FALSE(lines.next());
}

TEST(LineReader, TellsALineThatIsTooLongAndGoesOnBehindIt) {
  for (const std::size_t size : {7u, 8u, 9u, 10u, 11u, 100u}) {
    std::istringstream in(std::string(size, 'x') + "\nnext\n");
    LineReader lines(in, bytes_max);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.is_too_long(), size > bytes_max) << size;
    if (size <= bytes_max) {
      EXPECT_EQ(lines.line().size(), size);
    }
    ASSERT_TRUE(lines.next()) << size;
    EXPECT_EQ(lines.line(), "next") << size;
    EXPECT_FALSE(lines.is_too_long());
    EXPECT_EQ(lines.number(), 2u);
  }
}

TEST(LineReader, TellsALastLineThatIsTooLong) {
  for (const std::size_t size : {8u, 9u, 10u, 50u}) {
    std::istringstream in(std::string(size, 'x'));
    LineReader lines(in, bytes_max);
    ASSERT_TRUE(lines.next());
    EXPECT_EQ(lines.is_too_long(), size > bytes_max) << size;
    EXPECT_FALSE(lines.next());
  }
}

TEST(LineReader, KeepsZeroBytes) {
  std::istringstream in(std::string("a\0b\n", 4));
  LineReader lines(in, bytes_max);
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace muniment
