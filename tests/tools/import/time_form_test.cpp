#include "tools/import/time_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::HasSubstr;

TimeForm form(std::string_view pattern, std::string_view offset = "Z") { return TimeForm::parse(pattern, offset).value(); }

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

TEST(TimeForm, GivesNoTimeWithoutAYearOrAnOffset) {
  EXPECT_EQ(form("MM/DD").time_of("03/04"), std::nullopt);
  EXPECT_EQ(form("YYYY-MM-DD", "").time_of("2025-03-04"), std::nullopt);
}

TEST(TimeForm, RefusesPatternsAndOffsetsThatAreNone) {
  EXPECT_THAT(TimeForm::parse("YYYY-MM", "Z").error(), HasSubstr("MM and DD"));
  EXPECT_THAT(TimeForm::parse("MM/DD/MM", "Z").error(), HasSubstr("MM once"));
  EXPECT_THAT(TimeForm::parse("MM/DD", "EST").error(), HasSubstr("offset"));
}

}  // namespace
}  // namespace muniment
