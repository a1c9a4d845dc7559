#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reviewing : public Cli {
 protected:
  Reviewing() {
    submit(small_story());
    submit(
        R"({"type":"open_review","command_id":"v1","actor":"officer:agency","review":"2026q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}
{"type":"assign_reviewer","command_id":"v2","actor":"mhughes1","review":"2026q4","provider":"110012345A","reviewer":"mhughes1"}
{"type":"decide_review","command_id":"v3","actor":"mhughes1","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":"jdoe1","decision":"revoke"}]}
{"type":"report_departure","command_id":"v4","actor":"mhughes1","provider":"110012345A","username":"mhughes1","left_at":"2024-01-01T00:00:00Z"}
)");
  }
};

TEST_F(Reviewing, ListsReviewsByTheirState) {
  const Ran open = ask({"audit", "reviews", "--open", "-o", "csv"});
  EXPECT_EQ(open.code, ExitCode::ok) << open.err;
  const auto lines = lines_of(open.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("review,state,late,reminder_due,providers,due_at,people,undecided,asked,kept,revoked,not_carried_out,"));
  EXPECT_THAT(lines[1], HasSubstr("2026q4,open,"));
  EXPECT_EQ(lines_of(ask({"audit", "reviews", "--late", "-o", "csv"}).out).size(), 1U);
  EXPECT_EQ(lines_of(ask({"audit", "reviews", "--late", "--at", "2040-02-01", "-o", "csv"}).out).size(), 2U);
  EXPECT_EQ(ask({"audit", "reviews", "--open", "--late"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "reviews", "--state", "done"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "reviews", "--state", "open", "--late"}).code, ExitCode::usage);
  submit(R"({"type":"close_review","command_id":"v9","actor":"officer:agency","review":"2026q4"})");
  EXPECT_EQ(lines_of(ask({"audit", "reviews", "--state", "closed", "-o", "csv"}).out).size(), 2U);
  EXPECT_EQ(lines_of(ask({"audit", "reviews", "--state", "open", "-o", "csv"}).out).size(), 1U);
}

TEST_F(Reviewing, PrintsTheReportAsItWasClosed) {
  submit(R"({"type":"close_review","command_id":"v9","actor":"officer:agency","review":"2026q4"})");
  const std::string as_closed = ask({"audit", "review", "2026q4", "--print"}).out;
  EXPECT_THAT(as_closed, HasSubstr("<!DOCTYPE html>"));
  EXPECT_THAT(as_closed, HasSubstr("2: kept 0, to be revoked 1 (0 not carried out), asked 0, undecided 1"));
  EXPECT_THAT(as_closed, HasSubstr("Signature"));
  EXPECT_THAT(as_closed, HasSubstr("root "));
  EXPECT_THAT(as_closed, Not(HasSubstr("<script")));
  EXPECT_EQ(ask({"audit", "review", "2026q4", "--print", "-o", "csv"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "review", "nothing", "--print"}).code, ExitCode::not_found);
}

TEST_F(Reviewing, PrintsTheSheetOfARosterWithALineToSign) {
  const Ran sheet = ask({"audit", "attestation", "--provider", "110012345A", "--print"});
  EXPECT_EQ(sheet.code, ExitCode::ok) << sheet.err;
  EXPECT_THAT(sheet.out, HasSubstr("<td>Hughes, Mary</td><td>mhughes1</td>"));
  EXPECT_THAT(sheet.out, HasSubstr("Attested by"));
  EXPECT_THAT(sheet.out, HasSubstr("Belongs"));
}

TEST_F(Reviewing, ReportsAReviewWithTheRootOfTheLog) {
  const Ran report = ask({"audit", "review", "2026Q4", "-o", "json"});
  EXPECT_EQ(report.code, ExitCode::ok) << report.err;
  EXPECT_THAT(report.out, HasSubstr(R"("state":"revoked")"));
  EXPECT_THAT(report.out, HasSubstr(R"("seconds_to_revoke":"0")"));
  EXPECT_EQ(member(report.out, "log_root").size(), 44U);
  EXPECT_THAT(ask({"audit", "review", "2026q4"}).out, HasSubstr("yearly"));
  EXPECT_EQ(ask({"audit", "review", "nothing"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"audit", "review", "no:name"}).code, ExitCode::not_found);
}

TEST_F(Reviewing, ShowsALeaversLinksAndTheSheetOfARoster) {
  EXPECT_THAT(ask({"audit", "leaver", "--user", "mhughes1", "-o", "csv"}).out, HasSubstr("110012345A,linked,"));
  EXPECT_EQ(ask({"audit", "leaver", "--user", "nobody9"}).code, ExitCode::not_found);
  const Ran sheet = ask({"audit", "attestation", "--provider", "110012345A", "-o", "csv"});
  EXPECT_THAT(sheet.out, HasSubstr("110012345A,mhughes1,Hughes,Mary,"));
  EXPECT_THAT(sheet.out, Not(HasSubstr("jdoe1"))) << "he was removed";
  EXPECT_EQ(ask({"audit", "attestation", "--provider", "999999999Z"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"audit", "attestation", "--provider", "1"}).code, ExitCode::usage);
}

TEST_F(Reviewing, PrintsEventsInWords) {
  const std::string trail = ask({"audit", "trail", "--oldest-first", "-o", "csv"}).out;
  EXPECT_THAT(trail, HasSubstr("\"2026q4, due 2040-01-01T00:00:00Z\""));
  EXPECT_THAT(trail, HasSubstr("2026q4: mhughes1"));
  EXPECT_THAT(trail, HasSubstr("2026q4: revoke"));
}

}  // namespace
}  // namespace muniment
