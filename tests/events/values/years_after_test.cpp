#include "events/values/years_after.h"

#include <gtest/gtest.h>

#include <limits>

namespace muniment {
namespace {

std::string after(const char* at, int years) { return years_after(*Timestamp::parse(at), years).text(); }

TEST(YearsAfter, IsTheSameDayAndTimeOfALaterYear) {
  EXPECT_EQ(after("2024-03-01T10:20:30.5Z", 10), "2034-03-01T10:20:30.5Z");
  EXPECT_EQ(after("2024-03-01T10:20:30.5Z", 0), "2024-03-01T10:20:30.5Z");
}

TEST(YearsAfter, IsTheLastOfFebruaryWhereThatHasFewerDays) { EXPECT_EQ(after("2024-02-29T12:00:00Z", 1), "2025-02-28T12:00:00Z"); }

TEST(YearsAfter, EndsWhereNanosecondsEnd) {
  EXPECT_EQ(years_after(*Timestamp::parse("2200-01-01"), 62).ns, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace muniment
