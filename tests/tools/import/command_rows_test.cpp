#include "tools/import/command_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

CommandRows read_commands(RowKind kind, const std::string& text, ColumnMap map = {}) {
  std::istringstream in(text);
  return read_command_rows(in, {.kind = kind, .map = std::move(map), .actor = "officer:agency", .name = "roster"});
}

constexpr std::string_view account_heading = "provider,last_name,first_name,birth_day,email,zip,pin,services,username\n";
const std::string account_row = "110012345A,Doe,Jo,02/29,jo@x.example,02139,1234,one;two,\n";

TEST(CommandRows, MakeAnAccountOfARow) {
  const auto read = read_commands(RowKind::accounts, std::string{account_heading} + account_row);
  ASSERT_THAT(read.rows, SizeIs(1));
  EXPECT_EQ(read.rows[0].line, 2U);
  EXPECT_EQ(read.rows[0].json,
            R"({"type":"create_subordinate","command_id":"accounts:roster:2","actor":"officer:agency","provider":"110012345A",)"
            R"("last_name":"Doe","first_name":"Jo","birth_day":"02/29","email":"jo@x.example","zip":"02139","pin":"1234",)"
            R"("services":["one","two"]})");
}

TEST(CommandRows, LinkWhoHasAUsernameAndLeaveThePersonAlone) {
  const auto read = read_commands(RowKind::accounts, std::string{account_heading} + "110012345A,Doe,,,,,,one,jdoe1\n");
  ASSERT_THAT(read.rows, SizeIs(1));
  EXPECT_THAT(read.rows[0].json, HasSubstr(R"("type":"link_subordinate")"));
  EXPECT_THAT(read.rows[0].json, HasSubstr(R"("username":"jdoe1")"));
  EXPECT_THAT(read.rows[0].json, Not(HasSubstr("Doe")));
}

TEST(CommandRows, TellWhatACommandWouldNotTakeUnderTheFilesHeading) {
  ColumnMap map;
  map.columns["zip"] = "Postal";
  const auto read = read_commands(RowKind::accounts,
                                  "provider,last_name,first_name,birth_day,email,Postal,pin,services\n"
                                  "110012345A,Doe,Jo,02/30,jo@x.example,02139,1234,one\n"
                                  "110012345A,Doe,Jo,02/29,jo@x.example,021,1234,one\n"
                                  "110012345A,,Jo,02/29,jo@x.example,02139,1234,one\n",
                                  map);
  EXPECT_THAT(read.rows, IsEmpty());
  ASSERT_THAT(read.problems, SizeIs(3));
  EXPECT_THAT(read.problems[0].reason, HasSubstr("birth_day: expected"));
  EXPECT_THAT(read.problems[1].reason, HasSubstr("Postal (zip): expected"));
  EXPECT_THAT(read.problems[2].reason, HasSubstr("last_name: is missing"));
  for (const RowProblem& problem : read.problems) EXPECT_THAT(problem.reason, Not(HasSubstr("jo@x.example")));
}

TEST(CommandRows, KnowASignInByWhatItSaysAndByHowManyOfTheSameCameBefore) {
  const std::string columns = "username,at,success,place\n";
  const std::string row = "jdoe1,2025-03-03T13:04:05Z,true,Boston\n";
  const auto two = read_commands(RowKind::sign_ins, columns + row + row);
  const auto later = read_commands(RowKind::sign_ins, columns + "jdoe1,2025-03-02T13:04:05Z,false,\n" + row + row);
  ASSERT_THAT(two.rows, SizeIs(2));
  EXPECT_NE(two.rows[0].json, two.rows[1].json);
  EXPECT_EQ(two.rows[0].json, later.rows[1].json);
  EXPECT_EQ(two.rows[1].json, later.rows[2].json);
}

TEST(CommandRows, KnowASignalHoweverItIsSpelled) {
  const auto json = [](RowKind kind, const std::string& text) { return read_commands(kind, text).rows.at(0).json; };
  const std::string plain = json(RowKind::sign_ins, "username,at\njdoe1,2025-03-03T13:04:05Z\n");
  EXPECT_EQ(json(RowKind::sign_ins, "username,at\nJDOE1,2025-03-03T13:04:05.000Z\n"), plain);
  EXPECT_EQ(json(RowKind::sign_ins, "username,at,success\njdoe1,2025-03-03T08:04:05-05:00,true\n"), plain);
  EXPECT_NE(json(RowKind::sign_ins, "username,at,success\njdoe1,2025-03-03T13:04:05Z,false\n"), plain);
  EXPECT_NE(json(RowKind::sign_ins, "username,at\njdoe1,2025-03-03T13:04:05.001Z\n"), plain);
  const std::string left = json(RowKind::departures, "username,left_at,provider\njdoe1,2025-03-03,110012345A\n");
  EXPECT_EQ(json(RowKind::departures, "username,left_at,provider\nJDoe1,2025-03-03T00:00:00Z,110012345 A\n"), left);
  EXPECT_NE(json(RowKind::departures, "username,left_at,provider\njdoe1,2025-03-03,\n"), left);
}

TEST(CommandRows, KnowADepartureThatStandsTwiceForOne) {
  const auto read = read_commands(RowKind::departures, "username,left_at\njdoe1,2025-03-03\njdoe1,2025-03-03\n");
  EXPECT_EQ(read.rows.at(0).json, read.rows.at(1).json);
}

TEST(CommandRows, SayThatSomebodyIsNotTheOneWhomHeResembles) {
  const auto read = read_commands(RowKind::accounts,
                                  "provider,last_name,first_name,birth_day,email,zip,pin,services,allow_duplicate,reason\n"
                                  "110012345A,Doe,Jo,02/29,jo@x.example,02139,1234,one,true,shared_mailbox\n");
  EXPECT_THAT(read.rows.at(0).json, HasSubstr(R"("allow_duplicate":true)"));
}

// A place is personal, and a digest of it would outlive the person's erasure.
TEST(CommandRows, KnowASignInWithoutItsPlace) {
  const auto id = [](const CommandRow& row) { return row.json.substr(0, row.json.find("\"actor\"")); };
  const std::string columns = "username,at,place\n";
  const auto one = read_commands(RowKind::sign_ins, columns + "jdoe1,2025-03-03T13:04:05Z,Boston\n");
  const auto other = read_commands(RowKind::sign_ins, columns + "jdoe1,2025-03-03T13:04:05Z,Salem\n");
  EXPECT_EQ(id(one.rows.at(0)), id(other.rows.at(0)));
  EXPECT_NE(one.rows[0].json, other.rows[0].json);
}

TEST(CommandRows, TakeASignInForOneThatSucceededWhereNothingIsSaid) {
  const auto read = read_commands(RowKind::sign_ins, "username,at\njdoe1,2025-03-03T13:04:05Z\n");
  EXPECT_THAT(read.rows.at(0).json, HasSubstr(R"("success":true)"));
}

TEST(CommandRows, ReportADepartureAtOneProviderOrAtAll) {
  const auto read = read_commands(RowKind::departures, "username,left_at,provider\njdoe1,2025-03-03,110012345A\njdoe2,2025-03-03,\n");
  ASSERT_THAT(read.rows, SizeIs(2));
  EXPECT_THAT(read.rows[0].json, HasSubstr(R"("type":"report_departure")"));
  EXPECT_THAT(read.rows[0].json, HasSubstr(R"("provider":"110012345A")"));
  EXPECT_THAT(read.rows[1].json, Not(HasSubstr("provider")));
}

TEST(CommandRows, HaveAProblemForEveryBadLineInTheOrderOfTheFile) {
  const auto read = read_commands(RowKind::departures, "username,left_at\n,2025-03-03\njdoe1,never\njdoe1\njdoe2,2025-03-03\n");
  ASSERT_THAT(read.problems, SizeIs(3));
  EXPECT_EQ(read.problems[0].line, 2U);
  EXPECT_EQ(read.problems[1].line, 3U);
  EXPECT_EQ(read.problems[2].line, 4U);
  EXPECT_THAT(read.rows, SizeIs(1));
}

TEST(CommandRows, ComeUnderANameThatIsPartOfACommandId) {
  EXPECT_TRUE(is_import_name("mercy-2026.csv"));
  for (const std::string_view name : {"", "a b", "a:b", "ünique", "123456789012345678901234567890123"})
    EXPECT_FALSE(is_import_name(name)) << name;
}

}  // namespace
}  // namespace muniment
