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

TEST(Recent, HandsOnWhatAnotherPointsTo) {
  Recent<std::string, std::unique_ptr<int>, TextHash> names;
  const int* const one = names.add("one", std::make_unique<int>(1)).get();
  names.age();
  EXPECT_EQ(names.find("one")->get(), one);
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
