#include "tools/import/column_map.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ColumnMapFile : public testing::Test {
 protected:
  ~ColumnMapFile() override { std::filesystem::remove(file_); }

  std::expected<ColumnMap, std::vector<std::string>> read(std::string_view text) {
    std::ofstream(file_) << text;
    return ColumnMap::read(file_, {"username", "at", "services"});
  }

  const std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) /
      fmt::format("map-{}-{}.toml", ::getpid(), testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(ColumnMapFile, SaysHowAFileHasTheFields) {
  const auto map = read(R"(
[columns]
username = "Login"
[constants]
services = "a_service"
[values.services]
"Front desk" = ["one", "two"]
None = ""
[forms]
offset = "-05:00"
at = "MM/DD/YYYY"
[separators]
services = " / "
)");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->heading_of("username"), "Login");
  EXPECT_EQ(map->heading_of("at"), "at");
  EXPECT_EQ(map->constants.at("services"), "a_service");
  EXPECT_THAT(map->values.at("services").at("Front desk"), ElementsAre("one", "two"));
  EXPECT_THAT(map->values.at("services").at("None"), IsEmpty());
  EXPECT_EQ(map->forms.at("at").time_of("03/04/2025"), "2025-03-04T00:00:00-05:00");
  EXPECT_EQ(map->separators.at("services"), " / ");
}

TEST_F(ColumnMapFile, TellsAllThatIsWrongByLine) {
  const auto map = read("[columns]\nuser = \"Login\"\nusername = 3\n[forms]\nat = \"YYYY\"\n[values.services]\nx = [1]\n[colums]\n");
  ASSERT_FALSE(map);
  EXPECT_THAT(map.error(),
              testing::UnorderedElementsAre(HasSubstr(":2: user is no field of these rows; there are: username, at, services"),
                                            HasSubstr(":3: username: expected a text"), HasSubstr(":5: at: expected a pattern"),
                                            HasSubstr(":7: services: expected what is meant"), HasSubstr(":8: expected the sections")));
}

TEST_F(ColumnMapFile, SaysWhatStandsBetweenColumnsAndWhichClockAFileHas) {
  const auto map = read("[file]\nseparator = \"\\t\"\n[forms]\nat = \"MM/DD/YYYY\"\nzone = \"America/New_York\"\n");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->column_separator, '\t');
  EXPECT_EQ(map->forms.at("at").time_of("07/04/2025"), "2025-07-04T04:00:00Z");
  EXPECT_EQ(read("[columns]\n")->column_separator, ',');
}

TEST_F(ColumnMapFile, RefusesClocksAndSeparatorsThatAreNone) {
  for (const auto& [text, expected] : {std::pair{"[forms]\noffset = -5\nat = \"MM/DD/YYYY\"\n", ":2: offset: expected a text"},
                                       std::pair{"[forms]\nat = \"MM/DD/YYYY\"\nzone = \"Mars/Olympus\"\n", ":2: at: zone: expected"},
                                       std::pair{"[file]\nseparator = \"||\"\n", ":2: expected separator"},
                                       std::pair{"[file]\nseparator = \"\\n\"\n", ":2: expected separator"},
                                       std::pair{"[file]\nquote = \"'\"\n", ":2: expected separator"}})
    EXPECT_THAT(read(text).error(), ElementsAre(HasSubstr(expected))) << text;
}

TEST_F(ColumnMapFile, RefusesAFormOfMomentsThatLeavesOpenTheYearOrTheClock) {
  const auto read_times = [this](std::string_view text) {
    std::ofstream(file_) << text;
    return ColumnMap::read(file_, {"left_at", "birth_day"}, {"left_at"});
  };
  EXPECT_THAT(read_times("[forms]\nleft_at = \"MM/DD/YYYY\"\n").error(),
              ElementsAre(HasSubstr(R"(:2: left_at: expected the file's clock beside it: zone = "America/New_York")")));
  EXPECT_THAT(read_times("[forms]\nleft_at = \"MM/DD\"\nzone = \"America/New_York\"\n").error(),
              ElementsAre(HasSubstr(":2: left_at: expected a pattern with a year")));
  EXPECT_TRUE(read_times("[forms]\nleft_at = \"MM/DD/YYYY\"\noffset = \"Z\"\n"));
  EXPECT_TRUE(read_times("[forms]\nbirth_day = \"MM/DD\"\n")) << "no moment";
}

TEST_F(ColumnMapFile, RefusesWhatIsNoTomlAndWhatIsNotThere) {
  EXPECT_THAT(read("[columns\n").error(), ElementsAre(HasSubstr("expected TOML")));
  EXPECT_THAT(ColumnMap::read("/nowhere/map.toml", {}).error(), ElementsAre(HasSubstr("cannot be read")));
}

}  // namespace
}  // namespace muniment
