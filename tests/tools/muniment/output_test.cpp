#include "tools/muniment/output.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tools/muniment/exit_code.h"
#include "tools/wire/csv.h"

namespace muniment {
namespace {

const std::vector<Column> columns{{"provider", Column::Kind::provider},
                                  {"name"},
                                  {"count", Column::Kind::number},
                                  {"usable", Column::Kind::text, Column::Shown::not_in_csv},
                                  {"why", Column::Kind::text, Column::Shown::only_in_json}};

std::string written(Format format, bool has_color = false) {
  std::ostringstream out;
  RowWriter rows(format, columns, out, has_color, {{"asked", std::string{"x"}}});
  rows.add({std::string{"110012345A"}, std::string{"Siobhán"}, std::uint64_t{7}, true, std::monostate{}});
  rows.add({std::string{"110067890B"}, std::string{"a\"b,c"}, std::uint64_t{1234}, false, std::vector<std::string>{"locked", "disabled"}});
  rows.finish({{"true_of", std::uint64_t{18446744073709551615u}}});
  return out.str();
}

TEST(RowWriter, AlignsATableByCharactersAndNumbersToTheRight) {
  EXPECT_EQ(written(Format::table),
            "provider     name     count  usable\n"
            "110012345 A  Siobhán      7  yes\n"
            "110067890 B  a\"b,c     1234  no\n");
}

TEST(RowWriter, CutsTimesAndLeavesOutWhatHasNoContentInATable) {
  std::ostringstream out;
  RowWriter rows(Format::table, {{"at", Column::Kind::time}, {"reason"}, {"exact", Column::Kind::text, Column::Shown::not_in_table}}, out,
                 false);
  rows.add({std::string{"2020-04-02T10:32:23.123456789Z"}, std::monostate{}, std::string{"x"}});
  rows.add({std::string{"2020-04-02T10:32:23.1Z"}, std::monostate{}, std::string{"x"}});
  rows.add({std::string{"2020-04-02T10:32:23Z"}, std::monostate{}, std::string{"x"}});
  rows.finish();
  EXPECT_EQ(out.str(), "at\n2020-04-02T10:32:23.123456789Z\n2020-04-02T10:32:23.1Z\n2020-04-02T10:32:23Z\n");
}

TEST(RowWriter, MakesTheHeadingBoldInColor) {
  EXPECT_EQ(written(Format::table, true).substr(0, 12), "\x1b[1mprovider");
  EXPECT_EQ(written(Format::table).find('\x1b'), std::string::npos);
  EXPECT_EQ(written(Format::csv, true).find('\x1b'), std::string::npos);
}

TEST(RowWriter, WritesCsvWithLfAndNothingForPeople) {
  EXPECT_EQ(written(Format::csv),
            "provider,name,count\n"
            "110012345A,Siobhán,7\n"
            "110067890B,\"a\"\"b,c\",1234\n");
}

TEST(RowWriter, WritesOneObjectARow) {
  EXPECT_EQ(written(Format::ndjson),
            "{\"provider\":\"110012345A\",\"name\":\"Siobhán\",\"count\":\"7\",\"usable\":true}\n"
            "{\"provider\":\"110067890B\",\"name\":\"a\\\"b,c\",\"count\":\"1234\",\"usable\":false,\"why\":[\"locked\",\"disabled\"]}\n");
}

TEST(RowWriter, WritesOneObjectWithWhatTheAnswerSaysOfItself) {
  EXPECT_EQ(written(Format::json),
            "{\"asked\":\"x\",\"rows\":["
            "{\"provider\":\"110012345A\",\"name\":\"Siobhán\",\"count\":\"7\",\"usable\":true},"
            "{\"provider\":\"110067890B\",\"name\":\"a\\\"b,c\",\"count\":\"1234\",\"usable\":false,\"why\":[\"locked\",\"disabled\"]}"
            "],\"true_of\":\"18446744073709551615\"}\n");
}

TEST(RowWriter, WritesAnEmptyAnswer) {
  for (const auto& [format, expected] : {std::pair{Format::table, "provider  name  count  usable\n"},
                                         {Format::csv, "provider,name,count\n"},
                                         {Format::ndjson, ""},
                                         {Format::json, "{\"rows\":[]}\n"}}) {
    std::ostringstream out;
    RowWriter(format, columns, out, false).finish();
    EXPECT_EQ(out.str(), expected);
  }
}

TEST(RowWriter, SaysWhenTheOutputIsGone) {
  std::ostringstream out;
  RowWriter rows(Format::csv, columns, out, false);
  out.setstate(std::ios::badbit);
  EXPECT_THROW(rows.finish(), CliError);
}

TEST(Csv, QuotesWhatNeedsQuotes) {
  const auto cell = [](std::string_view text) {
    std::string out;
    write_csv_cell(out, text);
    return out;
  };
  EXPECT_EQ(cell("plain text"), "plain text");
  EXPECT_EQ(cell(""), "");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(cell("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(cell("a\rb"), "\"a\rb\"");
}

TEST(Csv, DisarmsWhatASpreadsheetWouldTakeForAFormula) {
  const auto cell = [](std::string_view text) {
    std::string out;
    write_csv_cell(out, text);
    return out;
  };
  for (const char first : std::string_view{"=+-@\t"}) EXPECT_EQ(cell(std::string{first} + "x"), std::string{"'"} + first + "x");
  EXPECT_EQ(cell("\rx"), "\"'\rx\"");
  EXPECT_EQ(cell("\nx"), "\"'\nx\"");
  for (const std::string wide : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) EXPECT_EQ(cell(wide + "x"), "'" + wide + "x");
  EXPECT_EQ(cell("\uff21"), "\uff21") << "the control: a wide letter";
  EXPECT_EQ(cell("=1,2"), "\"'=1,2\"");
  EXPECT_EQ(cell("a=1"), "a=1");
  EXPECT_EQ(cell("7-8"), "7-8");
}

// Many spreadsheets separate columns with a semicolon, and would begin another cell in the middle of a list.
TEST(Csv, KeepsAListInOneCellWhereSemicolonsSeparate) {
  std::ostringstream out;
  RowWriter rows(Format::csv, {{"services"}}, out, false);
  rows.add({std::vector<std::string>{"!a", "=1+1"}});
  rows.add({std::vector<std::string>{"=1+1", "b"}});
  rows.finish();
  EXPECT_EQ(out.str(), "services\n\"!a;=1+1\"\n\"'=1+1;b\"\n");
}

TEST(Record, IsWrittenInEachForm) {
  const std::vector<std::pair<std::string, Cell>> record{{"events", std::uint64_t{12}}, {"root", std::string{"ab"}}};
  const auto form = [&](Format format) {
    std::ostringstream out;
    write_record(format, record, out);
    return out.str();
  };
  EXPECT_EQ(form(Format::table), "events  12\nroot    ab\n");
  EXPECT_EQ(form(Format::csv), "name,value\nevents,12\nroot,ab\n");
  EXPECT_EQ(form(Format::json), "{\"events\":\"12\",\"root\":\"ab\"}\n");
  EXPECT_EQ(form(Format::ndjson), form(Format::json));
}

}  // namespace
}  // namespace muniment
