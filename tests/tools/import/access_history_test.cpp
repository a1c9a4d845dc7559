#include "tools/import/access_history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "failing_input.h"
#include "tools/import/line_reader.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view providers = "provider,name\n110000001A,North\n110000002B,South\n";
constexpr std::string_view heading = "occurred_at,reference,actor,requested_by,action,provider,username,service\n";

AccessHistory history_of(std::string_view provider_lines, std::string_view change_lines) {
  std::istringstream first{std::string{provider_lines}};
  std::istringstream second{std::string{change_lines}};
  return {first, second};
}

// What is wrong with one line of changes, the second of its file.
std::string problem_with(std::string_view line) {
  const AccessHistory history = history_of(providers, std::string{heading} + std::string{line} + "\n");
  if (history.bad_lines().empty()) return "";
  EXPECT_EQ(history.bad_lines().size(), 1u);
  EXPECT_EQ(history.bad_lines().front().line, 2u);
  EXPECT_EQ(history.bad_lines().front().file, HistoryFile::changes);
  return history.bad_lines().front().reason;
}

TEST(AccessHistory, IsReadWithAllThatItSays) {
  const AccessHistory history =
      history_of(providers, std::string{heading} + "2020-04-02T10:32:23Z,request 8,boss1,lead2,grant,110000001A,Ann3,org:member\n");
  EXPECT_THAT(history.bad_lines(), IsEmpty());
  ASSERT_EQ(history.providers().size(), 2u);
  EXPECT_EQ(history.providers()[1].name, "South");
  ASSERT_EQ(history.changes().size(), 1u);
  const HistoryChange& change = history.changes().front();
  EXPECT_EQ(change.line, 2u);
  EXPECT_EQ(change.at.text(), "2020-04-02T10:32:23Z");
  EXPECT_EQ(change.action, HistoryChange::Action::grant);
  EXPECT_EQ(change.provider.text(), "110000001A");
  EXPECT_EQ(change.username, "ann3");
  EXPECT_EQ(change.service, "org:member");
  EXPECT_EQ(change.actor, "boss1");
  EXPECT_EQ(change.requested_by, "lead2");
  EXPECT_EQ(change.reference, "request 8");
}

TEST(AccessHistory, TakesColumnsInAnyOrderAndReportsOthers) {
  const AccessHistory history = history_of("region,organization,name,provider\nx, Sisters ,North,110000001A\n",
                                           "service,extra,username,provider,action,actor,occurred_at,approved_by,reason\n"
                                           "s,?,ann,110000001 a,revoke,boss,2020-04-02,chief,left\n");
  EXPECT_THAT(history.bad_lines(), IsEmpty());
  EXPECT_THAT(history.extra_columns(HistoryFile::changes), ElementsAre("extra"));
  EXPECT_THAT(history.extra_columns(HistoryFile::providers), ElementsAre("region"));
  ASSERT_EQ(history.providers().size(), 1u);
  EXPECT_EQ(history.providers()[0].organization, "Sisters");
  ASSERT_EQ(history.changes().size(), 1u);
  EXPECT_EQ(history.changes()[0].approved_by, "chief");
  EXPECT_EQ(history.changes()[0].reason, "left");
  EXPECT_EQ(history.changes()[0].reference, "");
  EXPECT_EQ(history.changes()[0].provider.text(), "110000001A");
}

TEST(AccessHistory, NamesTheColumnThatIsMissingOrThereTwice) {
  EXPECT_THAT(history_of(providers, "occurred_at,actor,action,provider,username\n").bad_lines(),
              ElementsAre(BadLine{HistoryFile::changes, 1, "expected one column service"}));
  EXPECT_THAT(history_of(providers, "occurred_at,actor,action,provider,username,service,reason,reason\n").bad_lines(),
              ElementsAre(BadLine{HistoryFile::changes, 1, "expected one column reason"}));
  EXPECT_THAT(history_of("provider\n", heading).bad_lines(), ElementsAre(BadLine{HistoryFile::providers, 1, "expected one column name"}));
  EXPECT_THAT(history_of("", heading).bad_lines(),
              ElementsAre(BadLine{HistoryFile::providers, 1, "expected a first line with the names of the columns"}));
}

// Names of columns that are left out are repeated on a terminal and in JSON.
TEST(AccessHistory, RefusesAHeadingThatIsNoText) {
  for (const auto* name : {"x\x1b[31mred", "\xff\xfe", "a\x07"}) {
    EXPECT_THAT(history_of(providers, fmt::format("{},{}", name, heading)).bad_lines(),
                ElementsAre(BadLine{HistoryFile::changes, 1, "expected names of columns in UTF-8, without control characters"}));
    EXPECT_THAT(history_of(fmt::format("{},provider,name\n", name), heading).bad_lines(),
                ElementsAre(BadLine{HistoryFile::providers, 1, "expected names of columns in UTF-8, without control characters"}));
  }
}

TEST(AccessHistory, TellsWhatIsWrongWithEachField) {
  constexpr std::string_view person = "expected 1 to 200 characters without control characters";
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,grant,110000001A,ann,s"), "");
  EXPECT_EQ(problem_with("yesterday,r,boss,lead,grant,110000001A,ann,s"),
            "occurred_at: expected a time such as 2020-04-02T10:32:23Z, from 1970 to 2261");
  EXPECT_EQ(problem_with("2020-02-30T00:00:00Z,r,boss,lead,grant,110000001A,ann,s"),
            "occurred_at: expected a time such as 2020-04-02T10:32:23Z, from 1970 to 2261");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,GRANT,110000001A,ann,s"), "action: expected grant or revoke");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,grant,11000000A,ann,s"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,grant,110000001A,ann smith,s"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,grant,110000001A,ann,"),
            "service: expected a service id of 1 to 128 printable characters");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,\x01,lead,grant,110000001A,ann,s"), fmt::format("actor: {}", person));
  const std::string long_name(201, 'x');
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss," + long_name + ",grant,110000001A,ann,s"), fmt::format("requested_by: {}", person));
  // Names there have any form, and not all are known.
  for (const auto* actor : {"", "the boss", "J\xc3\xb6rg", "svc$", "ann@example.org"}) {
    EXPECT_EQ(problem_with(fmt::format("2020-04-02T10:32:23Z,r,{},a lead,grant,110000001A,ann,s", actor)), "") << actor;
  }
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,,grant,110000001A,ann,s"), "");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z," + std::string(129, 'r') + ",boss,lead,grant,110000001A,ann,s"),
            "reference: expected 1 to 128 characters without control characters");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r,boss,lead,grant,110000001A,ann"), "expected 8 fields, as the first line has");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,\xff,boss,lead,grant,110000001A,ann,s"), "expected UTF-8 without U+0000");
  EXPECT_EQ(problem_with("2020-04-02T10:32:23Z,r\"x,boss,lead,grant,110000001A,ann,s"),
            "expected a field with quotes in it to stand in quotes");
  EXPECT_EQ(problem_with("x,r,boss,lead,give,110000001A,ann,s"),
            "occurred_at: expected a time such as 2020-04-02T10:32:23Z, from 1970 to 2261; action: expected grant or revoke");
}

TEST(AccessHistory, TellsWhatIsWrongWithTheProviders) {
  EXPECT_THAT(history_of("provider,name\n110000001A,North\n110000001A,North\n1,x\n110000003C,\n", heading).bad_lines(),
              ElementsAre(BadLine{HistoryFile::providers, 3, "provider: expected each provider once"},
                          BadLine{HistoryFile::providers, 4, "provider: expected nine digits and a letter, such as 110012345A"},
                          BadLine{HistoryFile::providers, 5, "name: expected 1 to 200 characters without control characters"}));
}

TEST(AccessHistory, IsNotMadeOfTheBeginningOfAFileThatCannotBeReadOn) {
  const std::string change = "2020-04-02,r,boss,lead,grant,110000001A,ann,s\n";
  const auto message = [&](bool providers_fail, bool changes_fail) -> std::string {
    test::FailingInput first(std::string{providers}, providers_fail);
    test::FailingInput second(std::string{heading} + change, changes_fail);
    try {
      return std::to_string(AccessHistory(first, second).changes().size());
    } catch (const InputFailed& failed) {
      return failed.what();
    }
  };
  EXPECT_EQ(message(false, false), "1");
  EXPECT_TRUE(message(true, false).starts_with("the providers file cannot be read on behind line 3")) << message(true, false);
  EXPECT_TRUE(message(false, true).starts_with("the changes file cannot be read on behind line 2")) << message(false, true);
}

TEST(AccessHistory, KeepsOfABadLineWhatItIsAbout) {
  const AccessHistory history = history_of(providers, std::string{heading} +
                                                          "x,r,boss,lead,grant,110000001A,ann,s\n"
                                                          "x,r,boss,lead,grant,110000001A,a n n,s\n");
  EXPECT_EQ(history.bad_lines().size(), 2u);
  ASSERT_EQ(history.changes().size(), 1u);
  EXPECT_TRUE(history.changes().front().is_bad);
}

}  // namespace
}  // namespace muniment
