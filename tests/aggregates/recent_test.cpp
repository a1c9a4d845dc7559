#include "aggregates/recent.h"

#include <gtest/gtest.h>

#include <memory>

#include "events/values/hash.h"

namespace muniment {
namespace {

using Names = Recent<std::string, int, TextHash>;

TEST(Recent, FindsWhatWasAdded) {
  Names names;
  names.add("one", 1);
  ASSERT_NE(names.find("one"), nullptr);
  EXPECT_EQ(*names.find("one"), 1);
  EXPECT_EQ(names.find("two"), nullptr);
}

TEST(Recent, LetsGoOfWhatNobodyAskedForBetweenTwoAges) {
  Names names;
  names.add("one", 1);
  names.add("two", 2);
  names.age();
  EXPECT_EQ(names.size(), 2U);
  EXPECT_EQ(names.young_size(), 0U);
  EXPECT_EQ(*names.find("one"), 1);
  EXPECT_EQ(names.young_size(), 1U);
  names.age();
  EXPECT_EQ(names.find("two"), nullptr);
  EXPECT_EQ(*names.find("one"), 1);
}

TEST(Recent, NeverMovesWhatItHolds) {
  Names names;
  const int* const one = &names.add("one", 1);
  for (int i = 0; i < 1000; ++i) names.add("other" + std::to_string(i), i);
  names.age();
  EXPECT_EQ(names.find("one"), one);
}

TEST(Recent, HoldsThousandsThroughGrowingAndAgeing) {
  Names names;
  for (int i = 0; i < 5'000; ++i) names.add("name" + std::to_string(i), i);
  EXPECT_EQ(names.size(), 5'000U);
  names.age();
  for (int i = 0; i < 5'000; i += 2) EXPECT_EQ(*names.find("name" + std::to_string(i)), i);
  names.age();
  EXPECT_EQ(names.size(), 2'500U);
  for (int i = 0; i < 5'000; ++i) {
    const int* const found = names.find("name" + std::to_string(i));
    EXPECT_EQ(found != nullptr, i % 2 == 0) << i;
  }
  names.add("name1", -1);
  EXPECT_EQ(*names.find("name1"), -1) << "the place of what was let go is used again";
}

struct OneHash {
  std::size_t operator()(int) const { return 7; }
};

TEST(Recent, TellsKeysApartThatHaveOneHash) {
  Recent<int, int, OneHash> table;
  for (int i = 0; i < 100; ++i) table.add(i, 2 * i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*table.find(i), 2 * i);
  EXPECT_EQ(table.find(100), nullptr);
  table.prefetch(100);
  table.prefetch_value(50);  // Walks past those before it.
}

TEST(Recent, ShowsWithoutMakingYoung) {
  Names names;
  names.add("one", 1);
  names.age();
  ASSERT_NE(names.peek("one"), nullptr);
  EXPECT_EQ(*names.peek("one"), 1);
  EXPECT_EQ(names.peek("two"), nullptr);
  EXPECT_EQ(names.young_size(), 0U);
}

TEST(Recent, DestroysWhatItLetsGo) {
  const auto shared = std::make_shared<int>(1);
  {
    Recent<int, std::shared_ptr<int>, std::hash<int>> table;
    for (int i = 0; i < 20; ++i) table.add(i, shared);
    EXPECT_EQ(shared.use_count(), 21);
    table.age();
    table.find(3);
    table.age();
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Recent, ShowsEachOnce) {
  Names names;
  names.add("one", 1);
  names.age();
  names.find("one");
  names.add("two", 2);
  int sum = 0;
  names.for_each([&](const std::string&, int value) { sum += value; });
  EXPECT_EQ(sum, 3);
}

}  // namespace
}  // namespace muniment
