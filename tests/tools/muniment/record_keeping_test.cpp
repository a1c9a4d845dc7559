#include "cli_fixture.h"
#include "events/values/years_after.h"

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
  const auto by_default = rows("retention", {"--position", "15"});
  ASSERT_EQ(by_default.size(), 3U);
  EXPECT_EQ(by_default[0], R"({"kind":"events"})") << "without an end";
  EXPECT_EQ(member(by_default[1], "kind"), "subordinates");
  EXPECT_EQ(member(by_default[1], "years"), "10");
  EXPECT_EQ(member(by_default[2], "kind"), "primary_users");
  EXPECT_THAT(by_default[1], Not(HasSubstr("\"position\""))) << "nobody said so";
  submit(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","retention_years":7,"primary_user_retention_years":12})"
         "\n");
  const auto by_policy = rows("retention");
  EXPECT_EQ(member(by_policy[1], "years"), "7");
  EXPECT_EQ(member(by_policy[2], "years"), "12");
  EXPECT_EQ(member(by_policy[2], "by"), "officer:agency");
  EXPECT_EQ(rows("retention", {"--position", "15"}), by_default) << "as it was before";
}

TEST_F(AuditRecord, SaysUntilWhenWhoeverLeavesAtTheMomentIsKept) {
  const auto later = rows("retention", {"--at", "2030-02-28T12:00:00Z"});
  EXPECT_EQ(member(later[1], "until"), "2040-02-28T12:00:00Z");
  EXPECT_EQ(member(later[2], "until"), "2040-02-28T12:00:00Z");
  const std::string recorded = member(lines_of(ask({"events", "--from", "15", "-o", "ndjson"}).out).at(0), "recorded_at");
  EXPECT_EQ(member(rows("retention", {"--position", "15"})[1], "until").substr(4), recorded.substr(4)) << "when that was recorded";
}

TEST_F(AuditRecord, SaysUntilWhenWhoeverIsOnHoldIsKeptBesides) {
  hold("place_hold", "A");
  EXPECT_EQ(member(rows("retention").at(3), "until"), "") << "the time of somebody who is linked has not begun";
  EXPECT_EQ(member(rows("retention").at(3), "years"), "10");
  submit(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","retention_years":7,"primary_user_retention_years":12})"
         "\n");
  const Position before = lines_of(ask({"events"}).out).size();
  submit(R"({"type":"remove_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","username":"jdoe1"})"
         "\n");
  const auto events = lines_of(ask({"events"}).out);
  const std::string left = member(events.back(), "occurred_at");
  const std::string row = rows("retention").at(3);
  EXPECT_EQ(member(row, "years"), "7");
  EXPECT_EQ(member(row, "until"), years_after(*Timestamp::parse(left), 7).text()) << row << events.back();
  EXPECT_EQ(member(rows("retention", {"--position", std::to_string(before)}).at(3), "until"), "") << "as it was before";
}

TEST_F(AuditRecord, SaysWhatEachChangeOfPolicyChanged) {
  const std::string agency = R"("command_id":"p1","actor":"officer:agency","retention_years":7,"reason":"statute",)"
                             R"("thresholds":[{"name":"dormant_days","value":30},{"name":"unused_days","value":60}])";
  submit(R"({"type":"set_policy",)" + agency + "}\n");
  submit(
      R"({"type":"set_policy","command_id":"p2","actor":"officer:agency","provider":"110012345A","time_zone":"America/New_York","delegation":true}
{"type":"set_policy","command_id":"p3","actor":"officer:agency","thresholds":[{"name":"dormant_days","value":45}]}
)");
  std::vector<std::string> changes;
  for (const std::string& row : rows("policies"))
    changes.push_back(member(row, "position") + ' ' + member(row, "provider") + ' ' + member(row, "part") + ": " + member(row, "before") +
                      " to " + member(row, "after"));
  EXPECT_THAT(changes, testing::ElementsAre("16  retention_years:  to 7", "16  thresholds.dormant_days:  to 30",
                                            "16  thresholds.unused_days:  to 60", "17 110012345A delegation:  to true",
                                            "17 110012345A time_zone:  to America/New_York", "18  retention_years: 7 to ",
                                            "18  thresholds.dormant_days: 30 to 45", "18  thresholds.unused_days: 60 to "));
  EXPECT_EQ(member(rows("policies").at(0), "reason"), "statute");
  EXPECT_EQ(rows("policies", {"--position", "16"}).size(), 3U) << "as it was before";
  EXPECT_EQ(rows("policies", {"--at", "2020-01-01"}).size(), 0U);
}

TEST_F(AuditRecord, ListsTheHoldsThatStand) {
  hold("place_hold", "A");
  hold("place_hold", "B");
  hold("lift_hold", "A");
  const auto all = rows("retention");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(member(all[3], "kind"), "hold");
  EXPECT_EQ(member(all[3], "username"), "jdoe1");
  EXPECT_EQ(member(all[3], "matter"), "B");
  EXPECT_EQ(member(all[3], "reason"), "litigation");
  EXPECT_EQ(rows("retention", {"--position", "17"}).size(), 5U) << "both stood then";
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

TEST_F(AuditRecord, SaysHowMuchThereWasByTheMomentAskedAbout) {
  const std::string before = member(lines_of(ask({"events", "-o", "ndjson"}).out).back(), "recorded_at");
  hold("place_hold", "A");
  EXPECT_EQ(member(rows("gaps")[0], "count"), "16");
  const auto then = rows("gaps", {"--at", before});
  ASSERT_EQ(then.size(), 2U);
  for (const std::string& row : then) {
    EXPECT_EQ(member(row, "to_position"), "15") << row;
    EXPECT_EQ(member(row, "count"), "15") << row;
  }
  EXPECT_TRUE(rows("gaps", {"--at", "2020-01-01"}).empty()) << "there was nothing then";
}

}  // namespace
}  // namespace muniment
