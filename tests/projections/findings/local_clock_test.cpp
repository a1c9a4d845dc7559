#include "projections/findings/local_clock.h"

#include <gtest/gtest.h>

namespace muniment::view {
namespace {

std::string local(const char* time, const char* zone) {
  LocalClock clock;
  const LocalTime at = clock.at(*Timestamp::parse(time), zone);
  return date_of(at.day) + " " + std::to_string(at.weekday) + " " + std::to_string(at.minute);
}

TEST(LocalClock, TellsTheDayTheWeekdayAndTheMinute) {
  EXPECT_EQ(local("1970-01-01T00:00:00Z", "UTC"), "1970-01-01 3 0");
  EXPECT_EQ(local("2024-02-29T23:59:59.999Z", "UTC"), "2024-02-29 3 1439");
  EXPECT_EQ(local("2024-03-03T12:30:00Z", "UTC"), "2024-03-03 6 750");
}

TEST(LocalClock, KnowsSummerTimeAndZonesBesideTheHour) {
  EXPECT_EQ(local("2024-03-10T06:59:00Z", "America/New_York"), "2024-03-10 6 119");
  EXPECT_EQ(local("2024-03-10T07:00:00Z", "America/New_York"), "2024-03-10 6 180");
  EXPECT_EQ(local("2024-01-01T18:15:00Z", "Asia/Kathmandu"), "2024-01-02 1 0");
  EXPECT_EQ(local("1970-01-01T00:00:00Z", "America/New_York").substr(0, 10), "1969-12-31");
}

TEST(LocalClock, TakesAZoneThatIsNoneForUtc) {
  for (const char* zone : {"", "Atlantis/Nowhere", "utc+1000", "\xff"})
    EXPECT_EQ(local("2024-01-01T00:30:00Z", zone), "2024-01-01 0 30") << zone;
}

}  // namespace
}  // namespace muniment::view
