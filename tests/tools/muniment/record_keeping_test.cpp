#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class AuditRecord : public Cli {
 protected:
  AuditRecord() { submit(small_story()); }

  std::vector<std::string> rows(const char* question, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"audit", question, "-o", "ndjson"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = ask(arguments);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    return lines_of(ran.out);
  }
  void hold(const char* type, const char* matter) {
    submit(std::string{R"({"type":")"} + type + R"(","command_id":")" + type + matter +
           R"(","actor":"officer:agency","username":"jdoe1","matter":")" + matter + R"(","reason":"litigation"})" + "\n");
  }
};

TEST_F(AuditRecord, SaysHowLongThingsAreKeptAndByWhichPolicy) {
  const auto by_default = rows("retention");
  ASSERT_EQ(by_default.size(), 2U);
  EXPECT_EQ(member(by_default[0], "kind"), "subordinates");
  EXPECT_EQ(member(by_default[0], "years"), "10");
  EXPECT_EQ(member(by_default[1], "kind"), "primary_users");
  EXPECT_THAT(by_default[0], Not(HasSubstr("\"position\""))) << "nobody said so";
  submit(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","retention_years":7,"primary_user_retention_years":12})"
         "\n");
  const auto by_policy = rows("retention");
  EXPECT_EQ(member(by_policy[0], "years"), "7");
  EXPECT_EQ(member(by_policy[1], "years"), "12");
  EXPECT_EQ(member(by_policy[1], "by"), "officer:agency");
  EXPECT_EQ(rows("retention", {"--position", "15"}), by_default) << "as it was before";
}

TEST_F(AuditRecord, ListsTheHoldsThatStand) {
  hold("place_hold", "A");
  hold("place_hold", "B");
  hold("lift_hold", "A");
  const auto all = rows("retention");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(member(all[2], "kind"), "hold");
  EXPECT_EQ(member(all[2], "username"), "jdoe1");
  EXPECT_EQ(member(all[2], "matter"), "B");
  EXPECT_EQ(member(all[2], "reason"), "litigation");
  EXPECT_EQ(rows("retention", {"--position", "17"}).size(), 4U) << "both stood then";
}

TEST_F(AuditRecord, SaysHowMuchThereIsAndWhatNoWitnessHasSeen) {
  const auto all = rows("gaps");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(member(all[0], "kind"), "recorded");
  EXPECT_EQ(member(all[0], "from_position"), "1");
  EXPECT_EQ(member(all[0], "to_position"), "15");
  EXPECT_EQ(member(all[0], "count"), "15");
  EXPECT_EQ(member(all[1], "kind"), "unwitnessed");
  EXPECT_EQ(member(all[1], "from_position"), "1");
  EXPECT_THAT(ask({"audit", "gaps", "-o", "json"}).out, HasSubstr("\"log_root\":"));
}

}  // namespace
}  // namespace muniment
