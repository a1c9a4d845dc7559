#include "tools/import/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "failing_input.h"

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

// What is wrong with the input, behind so many whole lines; empty: it came to its end.
std::pair<std::size_t, std::string> read_all(std::istream& in) {
  LineReader lines(in, bytes_max, "the file of names");
  std::size_t whole = 0;
  try {
    while (lines.next()) ++whole;
  } catch (const InputFailed& failed) {
    return {whole, failed.what()};
  }
  return {whole, ""};
}

TEST(LineReader, NeverTakesAFailureForTheEnd) {
  // Behind a line's end, within a line, and within one that is too long.
  for (const std::string text : {"one\ntwo\n", "one\ntwo\nthr", "one\ntwo\nmuch too long"}) {
    test::FailingInput in(text);
    const auto [whole, problem] = read_all(in);
    EXPECT_EQ(whole, 2u) << text;
    EXPECT_THAT(problem, testing::HasSubstr("the file of names cannot be read on behind line 2")) << text;
    test::FailingInput control(text, false);
    EXPECT_EQ(read_all(control).second, "") << text;
  }
}

TEST(LineReader, FailsOnAFolder) {
  std::ifstream in{std::filesystem::path(testing::TempDir())};
  const auto [whole, problem] = read_all(in);
  EXPECT_EQ(whole, 0u);
  EXPECT_THAT(problem, testing::HasSubstr("behind line 0: it is a folder"));
}

}  // namespace
}  // namespace muniment
