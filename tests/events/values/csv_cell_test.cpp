#include "events/values/csv_cell.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace muniment {
namespace {

using testing::ElementsAre;

std::string cell(std::string_view text) {
  std::string out;
  put_csv_cell(out, text);
  return out;
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> all{"a",  "a!b", "a+b", "a,b", "a,",       "a-b", "a\"b", "a;b", "ab",
                                            "!a", "\"a", "+a",  "=a",  "@a",       "-a",  "'a",   "(a",  "a\"",
                                            ",a", "b c", "b",   "b,c", "\xc3\xa9", "1",   "a'",   "a(b", "a.b"};
  return all;
}

TEST(CsvCell, QuotesWhatSeparatesAndDisarmsFormulas) {
  EXPECT_EQ(cell("plain"), "plain");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a;b"), "\"a;b\"");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("=a"), "'=a");
  EXPECT_EQ(cell("=a,b"), "\"'=a,b\"");
}

TEST(CsvCell, ComesBeforeAnotherAsTheBytesOfTheirRowsDo) {
  for (const char behind : {',', '\n'}) {
    for (const std::string& one : names()) {
      for (const std::string& other : names()) {
        EXPECT_EQ(is_csv_cell_before(one, other, behind), cell(one) + behind < cell(other) + behind) << one << " and " << other;
      }
    }
  }
}

TEST(CsvCell, IsInOrderByItselfOnlyWhereTheRowsAre) {
  std::vector<std::string> ordered;
  for (const std::string& name : names()) {
    if (is_ordered_as_csv_cell(name)) ordered.push_back(name);
  }
  std::ranges::sort(ordered);
  EXPECT_THAT(ordered, ElementsAre("1", "a", "a-b", "a.b", "ab", "b", "\xc3\xa9"));
  EXPECT_TRUE(std::ranges::is_sorted(ordered, [](const auto& a, const auto& b) { return is_csv_cell_before(a, b, ','); }));
}

}  // namespace
}  // namespace muniment
