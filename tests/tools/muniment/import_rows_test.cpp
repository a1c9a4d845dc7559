#include "cli_fixture.h"
#include "tools/import/accounts_import.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ImportRows : public Cli {
 protected:
  ImportRows() {
    submit(small_story());
    write_file(folder / "map.toml", R"(
[columns]
last_name = "Surname"
first_name = "Given"
birth_day = "Born"
email = "Mail"
zip = "Postal"
pin = "Code"
services = "Roles"
[values.services]
Desk = "manage_referrals"
[forms]
birth_day = "YYYY-MM-DD"
)");
    write_file(file(), good);
  }
  std::string file() const { return (folder / "roster.csv").string(); }
  Ran import_accounts(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import",  "accounts", file(), "--map", (folder / "map.toml").string(), "--provider", "110012345A",
                                       "--actor", "mhughes1", "-o",   "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments);
  }

  const std::string good =
      "Surname,Given,Born,Mail,Postal,Code,Roles,Floor\n"
      "Roe,Ann,1980-02-29,ann.roe@x.example,02139,1234,Desk,1\n"
      "Poe,Bea,1981-03-01,bea.poe@x.example,02139,5678,Desk,2\n";
};

TEST_F(ImportRows, MakesTheAccountsOfACustomersOwnFileAndSaysWhoGotWhichUsername) {
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("line,outcome,username,position\n2,added,aroe1,"));
  EXPECT_THAT(ran.out, HasSubstr("\n3,added,bpoe1,"));
  EXPECT_THAT(ran.err, HasSubstr("roster.csv: columns that are not imported: Floor"));
  EXPECT_THAT(ran.err, HasSubstr("2 added, 0 known before"));
  EXPECT_THAT(ask({"audit", "as-of", "--user", "aroe1", "-o", "csv"}).out, HasSubstr("110012345A,aroe1,manage_referrals"));
}

TEST_F(ImportRows, AddsNothingWhenTheSameFileComesAgain) {
  import_accounts();
  const std::string after = head();
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2,known_before,aroe1,"));
  EXPECT_EQ(head(), after);
}

TEST_F(ImportRows, ShowsInADryRunWhatWouldHappen) {
  const std::string before = head();
  const Ran ran = import_accounts({"--dry-run"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(lines_of(ran.out), ElementsAre("line,outcome,username,position", "2,added,aroe1,", "3,added,bpoe1,"));
  EXPECT_THAT(ran.err, HasSubstr("dry run: 2 added"));
  EXPECT_EQ(head(), before);
}

TEST_F(ImportRows, RecordsNothingOfAFileWithARowThatIsMalformed) {
  const std::string before = head();
  write_file(file(), good + "Moe,Cy,1981-13-01,cy@x.example,02139,1,Desk,1\nLoe,Di,1981-12-01,di@x.example,02139,1234,Kitchen,1\n");
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("roster.csv:4: "));
  EXPECT_THAT(ran.err, HasSubstr("roster.csv:5: Roles: expected a value that the map has"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was imported: 2 bad lines"));
  EXPECT_THAT(ran.err, Not(HasSubstr("cy@x.example")));
  EXPECT_EQ(head(), before);
}

TEST_F(ImportRows, RecordsNothingOfAFileWithARowThatIsRefused) {
  const std::string before = head();
  write_file(file(), good + "Roe,Ann,1980-02-29,ann.roe@x.example,02139,1234,Desk,1\n");
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_THAT(ran.err, HasSubstr("roster.csv:4: possible_duplicate"));
  EXPECT_EQ(head(), before);
}

TEST_F(ImportRows, CanBeFinishedWhenARowHasBecomeImpossibleMeanwhile) {
  const std::string third = "Loe,Cy,1982-12-01,cy.loe@x.example,02139,1234,Desk,3\n";
  ASSERT_EQ(import_accounts().code, ExitCode::ok);
  write_file(file(), good + "Roe,Ann,1980-02-29,ann.roe@x.example,02139,1234,Desk,1\n" + third);
  const Ran stuck = import_accounts();
  EXPECT_EQ(stuck.code, ExitCode::refused);
  EXPECT_THAT(stuck.err, HasSubstr("roster.csv:4: possible_duplicate"));
  EXPECT_THAT(stuck.err, HasSubstr("nothing more was imported: 1 bad lines; 2 rows of this file are recorded from before"));
  write_file(file(), good + "\n" + third);
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\n5,added,cloe1,")) << "an empty line keeps its number";
}

TEST_F(ImportRows, OfAccountsAreOnRecordFromTheirBeginningToTheirCompletion) {
  import_accounts();
  const auto gaps = [this] { return ask({"audit", "gaps", "-o", "csv"}).out; };
  EXPECT_THAT(gaps(), testing::ContainsRegex("\nimported,16,19,[^,]+,[^,]+,2,mhughes1,16,accounts:roster.csv\n"));
  import_accounts();
  EXPECT_THAT(head(), testing::StartsWith("19 ")) << "nothing was added, and nothing begun";
  write_file(file(), good + "Moe,Cal,1982-04-02,cal.moe@x.example,02139,9012,Desk,3\n");
  import_accounts();
  EXPECT_THAT(gaps(), testing::ContainsRegex("\nimported,20,22,[^,]+,[^,]+,3,mhughes1,20,accounts:roster.csv\n"));
}

TEST_F(ImportRows, OfAccountsThatWereInterruptedShowAsNotCompleteUntilTheyHaveGoneOn) {
  const std::string commands = import_accounts({"--print-commands"}).out;
  {
    Store opened(store);
    AccountsImport import(opened.log(), opened.sequencer(), "roster.csv");
    EXPECT_FALSE(import.interrupted());
    ASSERT_TRUE(import.begin(2, "mhughes1"));
    opened.close();
  }
  submit(commands.substr(0, commands.find('\n') + 1));
  const auto gaps = [this] { return ask({"audit", "gaps", "-o", "csv"}).out; };
  EXPECT_THAT(gaps(), testing::ContainsRegex("\nimported,16,,[^,]+,,2,mhughes1,16,accounts:roster.csv\n"));
  EXPECT_THAT(ask({"audit", "as-of", "--user", "aroe1", "-o", "csv"}).out, HasSubstr("aroe1")) << "what was decided is visible";
  EXPECT_EQ(ask({"import", "abandon", "16", "--actor", "officer:agency", "--reason", "wrong_file"}).code, ExitCode::not_found)
      << "what was decided is in force";
  const Ran ran = import_accounts();
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("goes on with the import that began at position 16 and was interrupted"));
  EXPECT_THAT(ran.out, HasSubstr("2,known_before,aroe1,"));
  EXPECT_THAT(ran.out, HasSubstr("3,added,bpoe1,"));
  EXPECT_THAT(gaps(), testing::ContainsRegex("\nimported,16,19,[^,]+,[^,]+,2,mhughes1,16,accounts:roster.csv\n"));
}

TEST_F(ImportRows, IsDeniedToWhoMayNot) {
  const std::string before = head();
  EXPECT_EQ(import_accounts({"--actor", "submitter:hr"}).code, ExitCode::usage) << "given twice";
  const Ran ran =
      ask({"import", "accounts", file(), "--map", (folder / "map.toml").string(), "--provider", "110012345A", "--actor", "jdoe1"});
  EXPECT_EQ(ran.code, ExitCode::denied) << ran.err;
  EXPECT_EQ(head(), before);
}

TEST_F(ImportRows, PrintsTheRowsAsCommandsForANode) {
  const Ran printed = import_accounts({"--print-commands"});
  EXPECT_EQ(printed.code, ExitCode::ok) << printed.err;
  EXPECT_THAT(lines_of(printed.out), testing::SizeIs(2));
  EXPECT_EQ(ask({"submit", "-"}, printed.out).code, ExitCode::ok);
  EXPECT_THAT(import_accounts().out, HasSubstr("2,known_before,aroe1,")) << "the same command ids";
}

TEST_F(ImportRows, TellsWhatIsWrongWithItsFilesAndNames) {
  EXPECT_EQ(ask({"import", "accounts", "/nowhere.csv"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"import", "accounts", folder.string()}).code, ExitCode::usage);
  EXPECT_THAT(ask({"import", "accounts", "-"}, good).err, HasSubstr("--name")) << "standard input has no name";
  write_file(folder / "bad.toml", "[columns]\nsurname = \"x\"\n");
  const Ran ran = ask({"import", "accounts", file(), "--map", (folder / "bad.toml").string()});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("bad.toml:2: surname is no field"));
}

TEST_F(ImportRows, RecordsSignInsAndALongerCopyAddsTheNewOnes) {
  const std::string rows = "username,at,success\njdoe1,2025-03-03T13:04:05Z,true\njdoe1,2025-03-04T13:04:05Z,false\n";
  write_file(folder / "sign_ins.csv", rows);
  const std::vector<std::string> arguments{"import", "sign-ins", (folder / "sign_ins.csv").string(), "--actor", "submitter:identity",
                                           "-o",     "json"};
  const Ran first = ask(arguments);
  EXPECT_EQ(first.code, ExitCode::ok) << first.err;
  EXPECT_EQ(member(first.out, "added"), "2");
  write_file(folder / "sign_ins.csv", rows + "jdoe1,2025-03-05T13:04:05Z,true\n");
  const Ran second = ask(arguments);
  EXPECT_EQ(member(second.out, "added"), "1");
  EXPECT_EQ(member(second.out, "known_before"), "2");
  EXPECT_THAT(lines_of(ask({"audit", "trail", "--type", "signed_in", "-o", "ndjson"}).out), testing::SizeIs(3));
}

TEST_F(ImportRows, RecordsASignInOnceWhoeverRunsItAndHoweverItIsSpelled) {
  for (const char* row : {"jdoe1,2025-03-03T13:04:05Z,Boston", "JDOE1,2025-03-03T08:04:05-05:00,Paris"}) {
    write_file(folder / "sign_ins.csv", std::string{"username,at,place\n"} + row + "\n");
    const Ran ran = ask({"import", "sign-ins", (folder / "sign_ins.csv").string()});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  const Ran trail = ask({"audit", "trail", "--type", "signed_in", "-o", "csv"});
  EXPECT_THAT(lines_of(trail.out), testing::SizeIs(2)) << "a heading and one";
  EXPECT_THAT(trail.out, HasSubstr(",submitter:import,"));
}

TEST_F(ImportRows, SaysOfAMapWithoutAClockThatTheMapIsAtFaultAndNotEachRow) {
  write_file(folder / "left.csv", "username,left_at\njdoe1,05.03.2025\nmhughes1,06.03.2025\n");
  write_file(folder / "left.toml", "[forms]\nleft_at = \"DD.MM.YYYY\"\n");
  const Ran ran = ask({"import", "departures", (folder / "left.csv").string(), "--map", (folder / "left.toml").string()});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("left.toml:2: left_at: expected the file's clock"));
  EXPECT_THAT(ask({"audit", "trail", "--type", "departure_reported", "-o", "ndjson"}).out, testing::IsEmpty());
}

TEST_F(ImportRows, ReportsDepartures) {
  write_file(folder / "left.csv", "Who,When\njdoe1,05.03.2025\n");
  write_file(folder / "left.toml",
             "[columns]\nusername = \"Who\"\nleft_at = \"When\"\n[forms]\noffset = \"-05:00\"\nleft_at = \"DD.MM.YYYY\"\n");
  const Ran ran = ask({"import", "departures", (folder / "left.csv").string(), "--map", (folder / "left.toml").string(), "--provider",
                       "110012345A", "--actor", "mhughes1", "-o", "json"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ask({"audit", "trail", "--type", "departure_reported", "-o", "ndjson"}).out, HasSubstr("2025-03-05T05:00:00Z"));
}

}  // namespace
}  // namespace muniment
