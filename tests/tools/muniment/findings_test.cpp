#include "cli_fixture.h"
#include "projections/findings/rule.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Desk : public Cli {
 protected:
  Desk() { submit(small_story()); }

  void add_backup() {
    submit(
        R"({"type":"create_subordinate","command_id":"b1","actor":"mhughes1","provider":"110012345A","last_name":"King","first_name":"Bea","birth_day":"01/02","email":"b@mercy.example","zip":"02139","pin":"4471","services":["primary_portal_user"]})"
        "\n");
  }
};

TEST_F(Desk, ExitsElevenWhereAFindingIsOpenAndNoughtWhereNoneIs) {
  const Ran open = ask({"audit", "findings", "--rule", "no_backup", "-o", "csv"});
  EXPECT_EQ(open.code, ExitCode::findings) << open.err;
  const auto lines = lines_of(open.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "rule,severity,state,provider,subject,first_seen,last_seen,service,other,count,evidence,policy,id,disposition,disposed_until,"
            "disposed_by,disposed_reason,disposed_at,counts,examines");
  EXPECT_THAT(lines[1], HasSubstr("no_backup,medium,open,110012345A,,"));
  add_backup();
  const Ran none = ask({"audit", "findings", "--rule", "no_backup", "-o", "csv"});
  EXPECT_EQ(none.code, ExitCode::ok) << none.out;
  EXPECT_EQ(lines_of(none.out).size(), 1U);
}

TEST_F(Desk, ShowsWhatHasEndedWhenItIsAskedSince) {
  add_backup();
  const Ran ended = ask({"audit", "findings", "--rule", "no_backup", "--since", "2020-01-01", "-o", "ndjson"});
  EXPECT_EQ(ended.code, ExitCode::ok) << "what has ended is not open";
  EXPECT_EQ(member(ended.out, "state"), "ended");
  EXPECT_THAT(ended.out, HasSubstr(R"("examines":"POSC Primary User policy)"));
  const Ran later = ask({"audit", "findings", "--rule", "no_backup", "--since", "2199-01-01", "-o", "ndjson"});
  EXPECT_EQ(later.out, "");
}

TEST_F(Desk, AnswersAsOfAnyMoment) {
  const std::string before = head().substr(0, head().find(' '));  // Its position.
  add_backup();
  EXPECT_EQ(ask({"audit", "findings", "--rule", "no_backup"}).code, ExitCode::ok);
  const Ran then = ask({"audit", "findings", "--rule", "no_backup", "--position", before, "-o", "json"});
  EXPECT_EQ(then.code, ExitCode::findings);
  EXPECT_EQ(member(then.out, "true_of"), before);
  const Ran at = ask(
      {"audit", "findings", "--rule", "no_backup", "--at", member(ask({"events", "--from", before, "--to", before}).out, "occurred_at")});
  EXPECT_EQ(at.code, ExitCode::findings);
  EXPECT_EQ(ask({"audit", "findings", "--at", "2020-01-01"}).code, ExitCode::ok);
}

TEST_F(Desk, ExitsElevenAlsoWhereWhatIsOpenIsBeyondTheLimit) {
  add_backup();
  const Ran cut = ask({"audit", "findings", "--since", "2020-01-01", "--limit", "1", "-o", "csv"});
  EXPECT_THAT(cut.out, HasSubstr(",ended,")) << "the control: none that is printed is open";
  EXPECT_EQ(cut.code, ExitCode::findings);
}

TEST_F(Desk, ExitsNoughtWhereWhatIsOpenIsDisposedOf) {
  const std::string id = member(ask({"audit", "findings", "--rule", "no_backup", "-o", "ndjson"}).out, "id");
  submit(R"({"type":"dispose_finding","command_id":"d1","actor":"auditor:kim","finding":")" + id +
         R"(","disposition":"accepted_risk","until":"2199-01-01T00:00:00Z","reason":"small_office"})"
         "\n");
  const Ran accepted = ask({"audit", "findings", "--rule", "no_backup", "-o", "ndjson"});
  EXPECT_EQ(accepted.code, ExitCode::ok);
  EXPECT_EQ(member(accepted.out, "state"), "open");
  EXPECT_EQ(member(accepted.out, "disposition"), "accepted_risk");
  EXPECT_EQ(member(accepted.out, "disposed_by"), "auditor:kim");
  EXPECT_EQ(ask({"audit", "findings", "--rule", "no_backup", "--at", "2199-01-01T00:00:00Z"}).code, ExitCode::findings)
      << "the time has passed";
  EXPECT_THAT(ask({"audit", "rules", "-o", "csv"}).out, HasSubstr("\nno_backup,medium,1,1,"));
}

TEST_F(Desk, AnswersInPages) {
  const auto whole = lines_of(ask({"audit", "findings", "--since", "2020-01-01", "-o", "ndjson"}).out);
  ASSERT_GT(whole.size(), 2U);
  std::size_t rows = 0;
  std::string cursor;
  do {
    std::vector<std::string> arguments{"audit", "findings", "--since", "2020-01-01", "-o", "json", "--limit", "1"};
    if (!cursor.empty()) arguments.insert(arguments.end(), {"--cursor", cursor});
    const Ran ran = ask(arguments);
    EXPECT_EQ(member(ran.out, "rule"), member(whole.at(rows), "rule"));
    ++rows;
    cursor = member(ran.out, "next");
  } while (!cursor.empty() && rows < whole.size());
  EXPECT_EQ(rows, whole.size());
}

TEST_F(Desk, ListsItsRulesWithHowManyAreOpen) {
  const Ran ran = ask({"audit", "rules", "-o", "csv"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(lines_of(ran.out).size(), rules().size() + 1);
  EXPECT_THAT(ran.out, HasSubstr("\nno_backup,medium,1,0,"));
  EXPECT_THAT(ran.out, HasSubstr("\nno_primary_user,high,0,0,"));
  EXPECT_THAT(ran.out, HasSubstr("dormant_days 60;dormant_long_days 90;dormant_very_long_days 365"));
  EXPECT_THAT(ran.out, Not(HasSubstr("complian")));
}

TEST_F(Desk, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ask({"audit", "findings", "--rule", "nonsense"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "findings", "--since", "yesterday"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "findings", "--provider", "999999999Z"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"audit", "findings", "--position", "99999"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"audit", "findings", "--cursor", "ff"}).code, ExitCode::usage);
}

TEST_F(Desk, HasEveryRuleInItsDocumentation) {
  const std::string page = content_of(project_folder() / "docs" / "auditing.md");
  for (const RuleEntry& entry : rules()) {
    EXPECT_THAT(page, HasSubstr("`" + std::string{entry.id} + "`"));
    for (const Threshold threshold : entry.thresholds)
      EXPECT_THAT(page, HasSubstr("`" + std::string{name_of(threshold)} + "` " + std::to_string(default_of(threshold))));
  }
}

}  // namespace
}  // namespace muniment
