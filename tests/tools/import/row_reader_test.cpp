#include "tools/import/row_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array row_reader_fields{
    RowField{"name", RowField::Form::text, true},
    RowField{"done", RowField::Form::flag},
    RowField{"list", RowField::Form::list},
    RowField{"at", RowField::Form::time},
};

struct ReadRows {
  std::vector<Row> rows;
  std::vector<RowProblem> problems;
  std::vector<std::string> extra;
};

ReadRows read(const std::string& text, const ColumnMap& map = {}) {
  std::istringstream in(text);
  RowReader reader(in, row_reader_fields, map);
  ReadRows out;
  for (Row row; reader.next(row);) out.rows.push_back(row);
  out.problems = reader.problems();
  out.extra = reader.extra_columns();
  return out;
}

TEST(RowReader, TakesASeparatorOfColumnsAndHeadingsWithBlanksAroundThem) {
  ColumnMap map;
  map.column_separator = ';';
  const auto read_rows = read(" name ; at\nAnn, B;2025-03-03\n\"Bea;C\";2025-03-04\n", map);
  ASSERT_EQ(read_rows.rows.size(), 2U);
  EXPECT_THAT(read_rows.rows[0].values.at("name"), ElementsAre("Ann, B"));
  EXPECT_THAT(read_rows.rows[1].values.at("name"), ElementsAre("Bea;C"));
  EXPECT_THAT(read_rows.rows[1].values.at("at"), ElementsAre("2025-03-04"));
  EXPECT_THAT(read_rows.problems, IsEmpty());
}

TEST(RowReader, GivesWhatARowSaysAndLeavesOutWhatIsEmpty) {
  const auto read_rows = read("more,list,name,done\nx,a; b ;;c,\"Ann, B\",true\ny,,Bea,\n");
  ASSERT_EQ(read_rows.rows.size(), 2U);
  EXPECT_THAT(read_rows.rows[0].values.at("name"), ElementsAre("Ann, B"));
  EXPECT_THAT(read_rows.rows[0].values.at("list"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(read_rows.rows[0].values.at("done"), ElementsAre("true"));
  EXPECT_FALSE(read_rows.rows[0].has("at"));
  EXPECT_FALSE(read_rows.rows[1].has("done"));
  EXPECT_THAT(read_rows.rows[1].values.at("list"), IsEmpty());
  EXPECT_EQ(read_rows.rows[1].line, 3U);
  EXPECT_THAT(read_rows.extra, ElementsAre("more"));
  EXPECT_THAT(read_rows.problems, IsEmpty());
}

TEST(RowReader, ReadsUnderTheFilesHeadingsAndByItsMeanings) {
  ColumnMap map;
  map.columns["list"] = "Roles";
  map.separators["list"] = "|";
  map.values["list"]["Desk"] = {"one", "two"};
  map.values["list"]["None"] = {};
  map.constants["name"] = "everybody";
  map.forms.emplace("at", TimeForm::parse("DD.MM.YYYY", {.offset = "Z"}).value());
  const auto read_rows = read("Roles,at\nDesk|None,04.03.2025\n", map);
  ASSERT_EQ(read_rows.rows.size(), 1U);
  EXPECT_THAT(read_rows.rows[0].values.at("list"), ElementsAre("one", "two"));
  EXPECT_THAT(read_rows.rows[0].values.at("name"), ElementsAre("everybody"));
  EXPECT_THAT(read_rows.rows[0].values.at("at"), ElementsAre("2025-03-04T00:00:00Z"));
}

TEST(RowReader, TellsEachBadLineUnderTheFilesHeadingAndNeverByValue) {
  ColumnMap map;
  map.columns["done"] = "OK?";
  map.columns["list"] = "Roles";
  map.values["list"]["Desk"] = {"one"};
  const auto read_rows = read("name,OK?,Roles\nsecret,perhaps,Kitchen\nb,true\nc,true,\"x\nd,true,Desk\n", map);
  EXPECT_THAT(read_rows.rows, IsEmpty());
  EXPECT_THAT(read_rows.problems,
              ElementsAre(RowProblem{2, "OK?: expected true or false; Roles: expected a value that the map has"},
                          RowProblem{3, "expected 3 fields, as the first line has"}, RowProblem{4, "expected a closing quote"}));
}

TEST(RowReader, GoesOnBehindABadLine) {
  const auto read_rows = read("name\na\xff\nb\n");
  EXPECT_THAT(read_rows.problems, ElementsAre(RowProblem{2, "expected UTF-8"}));
  EXPECT_EQ(read_rows.rows.size(), 1U);
}

TEST(RowReader, NeedsAHeadingWithWhatIsRequiredAndWithWhatTheMapNames) {
  EXPECT_THAT(read("").problems, ElementsAre(RowProblem{1, "expected a first line with the names of the columns"}));
  EXPECT_THAT(read("done\ntrue\n").problems, ElementsAre(RowProblem{1, "expected a column name"}));
  EXPECT_THAT(read("name,name\na,b\n").problems, ElementsAre(RowProblem{1, "expected one column name"}));
  ColumnMap map;
  map.columns["done"] = "Finished";
  EXPECT_THAT(read("name\na\n", map).problems, ElementsAre(RowProblem{1, "expected a column Finished"}));
  EXPECT_THAT(read("name\na\n", map).rows, IsEmpty());
}

}  // namespace
}  // namespace muniment
