#include "tools/import/time_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::HasSubstr;

TimeForm form(std::string_view pattern, const std::string& offset = "Z") { return TimeForm::parse(pattern, {.offset = offset}).value(); }

TimeForm form_in(const std::string& zone, std::string_view pattern) { return TimeForm::parse(pattern, {.zone = zone}).value(); }

TEST(TimeForm, ReadsATimeInTheOrderOfThePattern) {
  EXPECT_EQ(form("MM/DD/YYYY hh:mm", "-05:00").time_of("03/04/2025 08:15"), "2025-03-04T08:15:00-05:00");
  EXPECT_EQ(form("DD.MM.YYYY hh:mm:ss").time_of("04.03.2025 08:15:59"), "2025-03-04T08:15:59Z");
  EXPECT_EQ(form("YYYYMMDD").time_of("20250304"), "2025-03-04T00:00:00Z");
}

TEST(TimeForm, ReadsABirthDayAndPassesTheYearOver) {
  EXPECT_EQ(form("YYYY-MM-DD").birth_day_of("1980-02-29"), "02/29");
  EXPECT_EQ(form("DD/MM").birth_day_of("29/02"), "02/29");
}

TEST(TimeForm, TakesNothingThatIsNotOfThePattern) {
  for (const std::string_view text : {"", "03/04/25 08:15", "03-04-2025 08:15", "03/04/2025 8:15", "03/04/2025 08:15 ", "ab/04/2025 08:15"})
    EXPECT_EQ(form("MM/DD/YYYY hh:mm").time_of(text), std::nullopt) << text;
  EXPECT_EQ(form("MM/DD").birth_day_of("1/2"), std::nullopt);
}

TEST(TimeForm, ReadsWhatASpreadsheetWrites) {
  const TimeForm usual = form("M/D/YYYY h:mm");
  EXPECT_EQ(usual.time_of("3/5/2025 8:04"), "2025-03-05T08:04:00Z");
  EXPECT_EQ(usual.time_of("12/31/2025 23:59"), "2025-12-31T23:59:00Z");
  for (const std::string_view text : {"3/5/25 8:04", "3/5/2025 8:4", "3/5/2025 :04", "3/5/2025 8:04 ", "123/5/2025 8:04", "/5/2025 8:04"})
    EXPECT_EQ(usual.time_of(text), std::nullopt) << text;
  const TimeForm halves = form("M/D/YYYY h:mm a");
  EXPECT_EQ(halves.time_of("3/5/2025 12:04 AM"), "2025-03-05T00:04:00Z");
  EXPECT_EQ(halves.time_of("3/5/2025 8:04 am"), "2025-03-05T08:04:00Z");
  EXPECT_EQ(halves.time_of("3/5/2025 12:04 PM"), "2025-03-05T12:04:00Z");
  EXPECT_EQ(halves.time_of("3/5/2025 11:04 pm"), "2025-03-05T23:04:00Z");
  for (const std::string_view text : {"3/5/2025 0:04 AM", "3/5/2025 13:04 PM", "3/5/2025 8:04", "3/5/2025 8:04 XM", "3/5/2025 8:04 a"})
    EXPECT_EQ(halves.time_of(text), std::nullopt) << text;
  EXPECT_EQ(form("D-MMM-YYYY").time_of("5-Mar-2025"), "2025-03-05T00:00:00Z");
  EXPECT_EQ(form("D-MMM-YYYY").time_of("5-Foo-2025"), std::nullopt);
  EXPECT_EQ(form("M/D/YYYY").birth_day_of("2/9/1980"), "02/09");
}

TEST(TimeForm, FollowsTheClockOfAZoneThroughTheYear) {
  const TimeForm boston = form_in("America/New_York", "YYYY-MM-DD hh:mm");
  EXPECT_EQ(boston.time_of("2025-01-15 08:00"), "2025-01-15T13:00:00Z");
  EXPECT_EQ(boston.time_of("2025-07-15 08:00"), "2025-07-15T12:00:00Z");
  EXPECT_EQ(boston.time_of("2025-03-09 01:59"), "2025-03-09T06:59:00Z");
  EXPECT_EQ(boston.time_of("2025-03-09 02:30"), std::nullopt) << "left out";
  EXPECT_EQ(boston.time_of("2025-03-09 03:00"), "2025-03-09T07:00:00Z");
  EXPECT_EQ(boston.time_of("2025-11-02 01:30"), "2025-11-02T05:30:00Z") << "the first of two";
  EXPECT_EQ(boston.time_of("2025-11-02 02:00"), "2025-11-02T07:00:00Z");
  EXPECT_EQ(boston.time_of("2025-02-30 08:00"), "2025-02-30T08:00:00Z") << "whoever takes it says that there is no such day";
  EXPECT_EQ(form_in("Asia/Kolkata", "YYYY-MM-DD hh:mm").time_of("2025-07-15 08:00"), "2025-07-15T02:30:00Z");
  EXPECT_EQ(form_in("UTC", "YYYY-MM-DD hh:mm").time_of("2025-07-15 08:00"), "2025-07-15T08:00:00Z");
}

TEST(TimeForm, GivesNoTimeWithoutAYearOrAnOffset) {
  EXPECT_EQ(form("MM/DD").time_of("03/04"), std::nullopt);
  EXPECT_EQ(form("YYYY-MM-DD", "").time_of("2025-03-04"), std::nullopt);
}

TEST(TimeForm, RefusesPatternsAndOffsetsThatAreNone) {
  EXPECT_THAT(TimeForm::parse("YYYY-MM", {}).error(), HasSubstr("a day (DD)"));
  EXPECT_THAT(TimeForm::parse("MM/DD/MM", {}).error(), HasSubstr("MM once"));
  EXPECT_THAT(TimeForm::parse("MM/DD", {.offset = "EST"}).error(), HasSubstr("offset"));
  EXPECT_THAT(TimeForm::parse("MM/DD", {.zone = "Mars/Olympus"}).error(), HasSubstr("zone"));
  EXPECT_THAT(TimeForm::parse("MM/DD", {.offset = "Z", .zone = "UTC"}).error(), HasSubstr("not both"));
  EXPECT_THAT(TimeForm::parse("MM/DD a", {}).error(), HasSubstr("an hour"));
}

}  // namespace
}  // namespace muniment
