#include "tools/client/answer_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(AnswerPage, HasItsRowsAsTheyWereSent) {
  const AnswerPage page =
      read_page(R"({"rows":[{"a":"\u00e9 } ]","n":"7"},{"b":["x","y"]}],"true_of":"81","incomplete":["3","4"],"next":"ff","newer":1})");
  EXPECT_THAT(page.rows, ElementsAre(R"({"a":"\u00e9 } ]","n":"7"})", R"({"b":["x","y"]})"));
  EXPECT_EQ(page.truth.true_of, 81u);
  EXPECT_THAT(page.truth.incomplete, ElementsAre(3u, 4u));
  EXPECT_EQ(page.next, "ff");
}

TEST(AnswerPage, IsUnreadableWhereItIsNoPage) {
  for (const char* text : {"", "{", "[]", "<html>", R"({"true_of":"1"})", R"({"rows":{}})", R"({"rows":[1]})",
                           R"({"rows":[],"true_of":"x"})", R"({"rows":[{"a":1}])"}) {
    EXPECT_THROW(read_page(text), AnswerUnreadable) << text;
  }
}

TEST(AnswerPage, TurnsARowIntoTheCellsThatMakeTheSameRow) {
  const std::vector<Column> columns{{"text"}, {"list"}, {"flag"}, {"number"}, {"absent"}};
  const std::string row = R"({"text":"a\"b","list":["x","y"],"flag":true,"number":"7"})";
  std::string again;
  write_json_row(again, columns, read_cells(row, columns));
  EXPECT_EQ(again, row);
}

TEST(AnswerPage, KeepsTheOrderOfARecord) {
  const auto record = read_record(R"({"b":"1","a":false,"c":["x"]})");
  ASSERT_EQ(record.size(), 3u);
  EXPECT_EQ(record[0].first, "b");
  EXPECT_EQ(std::get<bool>(record[1].second), false);
}

TEST(AnswerProblem, SaysWhatIsWrongWithoutWhatATerminalWouldActOn) {
  const AnswerProblem problem = read_problem(
      R"({"type":"https://muniment.example/problems/malformed","title":"No\u001b[31m.","status":400,"field":"at","detail":"a time"})");
  EXPECT_EQ(problem.name, "malformed");
  EXPECT_EQ(problem.message(), "No?[31m. (at: a time)");
  EXPECT_EQ(read_problem("no JSON").name, "");
}

}  // namespace
}  // namespace muniment
