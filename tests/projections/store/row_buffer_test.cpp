#include "projections/store/row_buffer.h"

#include <gmock/gmock.h>

namespace muniment::view {
namespace {

using testing::ElementsAre;

std::string shown(std::string_view key, std::optional<std::string_view> value) {
  return std::string{key} + (value ? '=' + std::string{*value} : " removed");
}

std::vector<std::string> sorted(RowBuffer& rows) {
  std::vector<std::string> out;
  rows.each_sorted([&](std::string_view key, std::optional<std::string_view> value) { out.push_back(shown(key, value)); });
  return out;
}

TEST(RowBuffer, GivesTheRowsInTheOrderTheyWerePut) {
  RowBuffer rows;
  rows.put("b", "1");
  rows.put("a", "2");
  std::vector<std::string> out;
  rows.remove("b");
  rows.each([&](std::string_view key, std::optional<std::string_view> value) { out.push_back(shown(key, value)); });
  EXPECT_THAT(out, ElementsAre("b=1", "a=2", "b removed"));
}

TEST(RowBuffer, RemovesARowUnlessItIsPutAgain) {
  RowBuffer rows;
  rows.put("a", "1");
  rows.remove("a");
  rows.remove("b");
  rows.put("b", "2");
  EXPECT_THAT(sorted(rows), ElementsAre("a removed", "b=2"));
}

TEST(RowBuffer, SortsBytewiseAndKeepsTheLastValueOfAKey) {
  RowBuffer rows;
  rows.put("key-with-a-long-head-b", "1");
  rows.put("a", "2");
  rows.put("key-with-a-long-head-a", "3");
  rows.put(std::string("a\0", 2), "4");
  rows.put("a", "5");
  rows.put("\xff", "6");
  EXPECT_THAT(sorted(rows), ElementsAre("a=5", std::string("a\0=4", 4), "key-with-a-long-head-a=3", "key-with-a-long-head-b=1", "\xff=6"));
}

TEST(RowBuffer, GoesBackToAMark) {
  RowBuffer rows;
  rows.put("a", "1");
  const auto mark = rows.mark();
  rows.put("b", "2");
  rows.put("a", "3");
  rows.roll_back(mark);
  rows.put("c", "4");
  EXPECT_THAT(sorted(rows), ElementsAre("a=1", "c=4"));
}

TEST(RowBuffer, IsEmptyAfterItWasCleared) {
  RowBuffer rows;
  EXPECT_TRUE(rows.empty());
  rows.put("a", "1");
  EXPECT_FALSE(rows.empty());
  rows.clear();
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.size_bytes(), 0u);
}

}  // namespace
}  // namespace muniment::view
