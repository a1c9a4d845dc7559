#include "events/record/fact_format.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace muniment {
namespace {

TEST(FactFormat, IsTheOldestOneForEveryFactOfTheFirstRelease) {
  EXPECT_TRUE(std::ranges::all_of(fact_formats, [](std::uint32_t format) { return format == oldest_format; }));
}

TEST(FactFormat, IsToldByTheKindOfFactAndTheTable) {
  FactFormats formats = fact_formats;
  formats[Fact{fact::ProviderClosed{}}.index()] = 7;
  EXPECT_EQ(format_since(fact::ProviderClosed{}, formats), 7U);
  EXPECT_EQ(format_since(fact::PinChanged{}, formats), oldest_format);
}

}  // namespace
}  // namespace muniment
