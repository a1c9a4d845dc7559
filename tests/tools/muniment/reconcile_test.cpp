#include <algorithm>

#include "cli_fixture.h"
#include "events/values/timestamp.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reconcile : public Cli {
 protected:
  Reconcile() { submit(small_story()); }
  Ran reconcile(const std::string& roster, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"reconcile", "-", "--provider", "110012345A", "-o", "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments, roster);
  }
  const std::string same = "username,services\njdoe1,manage_referrals\nmhughes1,primary_portal_user\n";
};

TEST_F(Reconcile, FindsNothingWhereBothSayTheSame) {
  const Ran ran = reconcile(same);
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out << ran.err;
  EXPECT_EQ(ran.out, "difference,username,service,granted_at,position\n");
  EXPECT_THAT(ran.err, HasSubstr("2 held by the portal, 2 by the record"));
}

TEST_F(Reconcile, ShowsWhatIsHeldAndNotRecordedAndWhatIsRecordedAndNotHeld) {
  const Ran ran = reconcile("username,services\njdoe1,manage_claims;manage_referrals\nghost1,manage_claims\n");
  EXPECT_EQ(ran.code, ExitCode::findings);
  EXPECT_THAT(ran.out, HasSubstr("held_not_recorded,ghost1,manage_claims,,\n"));
  EXPECT_THAT(ran.out, HasSubstr("held_not_recorded,jdoe1,manage_claims,,\n"));
  EXPECT_THAT(ran.out, HasSubstr("recorded_not_held,mhughes1,primary_portal_user,"));
  EXPECT_THAT(ran.out, Not(HasSubstr("jdoe1,manage_referrals")));
}

TEST_F(Reconcile, IsOfTheMomentThatIsAskedFor) {
  const Ran ran = reconcile("username,services\n", {"--as-of", "2020-01-01T00:00:00Z"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out;
  EXPECT_EQ(reconcile("username,services\n").code, ExitCode::findings);
}

TEST_F(Reconcile, ComparesNothingWhereALineIsBad) {
  const Ran ran = reconcile("username,services\n,manage_claims\n");
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("-:2: username: expected"));
}

TEST_F(Reconcile, AsksForAMapWhereAPortalWritesServicesByTheirNames) {
  const Ran ran = reconcile("username,services\nmhughes1,Primary Portal User\n");
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("[values.services] \"Primary Portal User\" = \"primary_portal_user\""));
  EXPECT_EQ(reconcile("username,services\nmhughes1,Nobody Knows It\n").code, ExitCode::findings) << "the control: no service's name";
}

TEST_F(Reconcile, KnowsNoProviderThatWasNeverRegistered) {
  EXPECT_EQ(ask({"reconcile", "-", "--provider", "330012345D"}, same).code, ExitCode::not_found);
  EXPECT_EQ(ask({"reconcile", "/nowhere.csv", "--provider", "110012345A"}).code, ExitCode::not_found);
}

class RecordedReconcile : public Reconcile {
 protected:
  Ran record(const std::string& roster, const std::string& as_of, std::vector<std::string> more = {"--actor", "officer:agency"}) {
    std::vector<std::string> arguments{"--record", "--as-of", as_of};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return reconcile(roster, arguments);
  }
  std::string findings(const std::string& rule) {
    return ask({"audit", "findings", "--rule", rule, "--since", "2020-01-01", "-o", "csv"}).out;
  }
  std::string reports() { return ask({"audit", "trail", "--type", "reconciliation_reported", "-o", "ndjson"}).out; }

  const std::string soon_ = Timestamp{system_now().ns - 1}.text();
  const std::string differs_ = "username,services\njdoe1,manage_claims\nghost1,manage_claims\nmhughes1,primary_portal_user\n";
};

TEST_F(RecordedReconcile, MakesFindingsOfWhatDiffers) {
  const Ran ran = record(differs_, soon_);
  EXPECT_EQ(ran.code, ExitCode::findings) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("held_not_recorded,ghost1,manage_claims,,\n"));
  EXPECT_THAT(ran.err, HasSubstr("on record at position"));
  EXPECT_THAT(findings("held_not_recorded"), HasSubstr("held_not_recorded,high,open,110012345A,ghost1,"));
  EXPECT_THAT(findings("held_not_recorded"), HasSubstr("held_not_recorded,high,open,110012345A,jdoe1,"));
  EXPECT_THAT(findings("recorded_not_held"), HasSubstr("recorded_not_held,medium,open,110012345A,jdoe1,"));
  EXPECT_THAT(findings("recorded_not_held"), Not(HasSubstr("mhughes1")));
  EXPECT_THAT(reports(), HasSubstr(R"("actor":{"kind":"officer","name":"agency"})"));
  EXPECT_THAT(ask({"audit", "trail", "--user", "jdoe1", "-o", "csv"}).out, HasSubstr("held and not recorded 2, recorded and not held 1"));
}

TEST_F(RecordedReconcile, IsRecordedAlsoWhereNothingDiffersAndEndsWhatWasOpen) {
  ASSERT_EQ(record(differs_, soon_).code, ExitCode::findings);
  const Ran ran = record(same, Timestamp{system_now().ns - 1}.text());
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("on record at position"));
  EXPECT_THAT(findings("held_not_recorded"), Not(HasSubstr(",open,")));
  EXPECT_THAT(findings("held_not_recorded"), HasSubstr("held_not_recorded,high,ended,110012345A,ghost1,"));
}

TEST_F(RecordedReconcile, IsRecordedOnceWhenItIsRunAgain) {
  record(differs_, soon_);
  const std::string once = reports();
  EXPECT_EQ(record(differs_, soon_).code, ExitCode::findings);
  EXPECT_EQ(reports(), once);
  EXPECT_THAT(once, Not(testing::IsEmpty()));
}

TEST_F(RecordedReconcile, RecordsNothingUnlessItIsTold) {
  EXPECT_EQ(reconcile(differs_, {"--as-of", soon_}).code, ExitCode::findings);
  EXPECT_EQ(reports(), "");
}

TEST_F(RecordedReconcile, TakesMoreThanAReportHasRoomForInParts) {
  std::string roster = "username,services\n";
  for (int i = 1000; i < 1900; ++i) roster += "ghost" + std::to_string(i) + ",manage_claims\n";
  EXPECT_EQ(record(roster, soon_).code, ExitCode::findings);
  const std::string all = reports();
  EXPECT_EQ(std::ranges::count(all, '\n'), 3);
  EXPECT_THAT(all, HasSubstr(R"("through":"ghost1)"));
  EXPECT_EQ(lines_of(findings("held_not_recorded")).size(), 901U);
  EXPECT_EQ(record(same, Timestamp{system_now().ns - 1}.text()).code, ExitCode::ok);
  EXPECT_THAT(findings("held_not_recorded"), Not(HasSubstr(",open,")));
}

TEST_F(RecordedReconcile, SaysWhyNothingWasRecorded) {
  const Ran denied = record(differs_, soon_, {"--actor", "officer:nobody"});
  EXPECT_EQ(denied.code, ExitCode::denied);
  EXPECT_THAT(denied.err, HasSubstr("actor_unknown"));
  EXPECT_THAT(denied.err, HasSubstr("0 of 1 reports are recorded"));
  const Ran ahead = record(differs_, "2199-01-01T00:00:00Z");
  EXPECT_EQ(ahead.code, ExitCode::refused);
  EXPECT_THAT(ahead.err, HasSubstr("in_the_future"));
  std::string services;
  for (int i = 0; i < 500; ++i) services += (i == 0 ? "" : ";") + ("service" + std::to_string(i));
  const Ran many = record("username,services\nghost1," + services + "\n", soon_);
  EXPECT_EQ(many.code, ExitCode::refused);
  EXPECT_THAT(many.err, HasSubstr("nothing was recorded: discrepancies: expected at most 400"));
  EXPECT_EQ(reports(), "");
}

TEST_F(RecordedReconcile, NeedsTheMomentAndWhoSaysIt) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--record"},
           {"--record", "--as-of", soon_, "--actor", "mhughes1"},
           {"--record", "--as-of", soon_, "--without-vault"},
           {"--as-of", soon_, "--actor", "officer:agency"},
       }) {
    EXPECT_EQ(reconcile(differs_, wrong).code, ExitCode::usage);
  }
}

}  // namespace
}  // namespace muniment
