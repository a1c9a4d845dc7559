#include <sstream>

#include "cli_fixture.h"
#include "tools/import/history_import.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ImportAccessHistory : public Cli {
 protected:
  ImportAccessHistory() {
    write_file(folder / "providers.csv", "provider,name,region\n110000001A,North,n\n");
    write_file(folder / "changes.csv", good);
  }
  Ran import(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import",
                                       "access-history",
                                       "--providers",
                                       (folder / "providers.csv").string(),
                                       (folder / "changes.csv").string(),
                                       "--actor",
                                       "officer:agency",
                                       "-o",
                                       "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments);
  }

  // Up to so many rows: its providers, its services, its changes. Where it began.
  Position interrupt(std::size_t rows, bool same_usernames = false) {
    std::istringstream providers(content_of(folder / "providers.csv"));
    std::istringstream changes(content_of(folder / "changes.csv"));
    const AccessHistory history(providers, changes);
    Store opened(store);
    const auto plan = check_import(history, {Principal::officer("agency"), {}, same_usernames}, opened.log(), opened.vault(), system_now());
    EXPECT_TRUE(plan.has_value());
    const auto ran = run_import(history, *plan, opened.log(), opened.vault(), opened.sequencer(),
                                {.actor = Principal::officer("agency"), .stop_after_rows = rows});
    EXPECT_TRUE(ran.has_value());
    EXPECT_EQ(ran->completed, 0u);
    opened.close();
    return ran->started;
  }

  const std::string good =
      "occurred_at,reference,actor,requested_by,action,provider,username,service,colour\n"
      "2020-01-01,r1,boss,lead,grant,110000001A,ann,=cmd,red\n"
      "2020-02-01,r2,boss,lead,grant,110000001A,-bob,org:admin,red\n";
};

TEST_F(ImportAccessHistory, ReportsWhatItDid) {
  const Ran ran = import({"--administrator-service", "org:admin"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(member(ran.out, "rows"), "2");
  EXPECT_EQ(member(ran.out, "added"), "2");
  EXPECT_EQ(member(ran.out, "services_defined"), "2");
  EXPECT_THAT(ran.err, HasSubstr("changes.csv: columns that are not imported: colour"));
  EXPECT_THAT(ran.err, HasSubstr("providers.csv: columns that are not imported: region"));
  EXPECT_THAT(ran.out, HasSubstr("\"provider_columns_ignored\""));
  EXPECT_EQ(member(import({"--administrator-service", "org:admin"}).out, "added"), "0");
  EXPECT_THAT(ask({"events"}).out, HasSubstr("\"administrator_services\":[\"org:admin\"]"));
}

TEST_F(ImportAccessHistory, AnswersSafelyForASpreadsheet) {
  import();
  EXPECT_THAT(lines_of(ask({"audit", "as-of", "--at", "2020-02-01", "-o", "csv"}).out),
              ElementsAre("provider,username,service", "110000001A,'-bob,org:admin", "110000001A,ann,'=cmd"));
}

// Other organizations' names have signs that stand before the comma, or that CSV quotes.
TEST_F(ImportAccessHistory, AnswersInTheOrderOfTheRowsOfCsvWhateverTheNames) {
  write_file(folder / "changes.csv",
             "occurred_at,actor,action,provider,username,service\n"
             "2020-01-01,boss,grant,110000001A,ann,view\n"
             "2020-01-01,boss,grant,110000001A,ann,view reports\n"
             "2020-01-01,boss,grant,110000001A,ann+x@example.org,view\n"
             "2020-01-01,boss,grant,110000001A,\"doe,john\",view\n"
             "2020-01-01,boss,grant,110000001A,o'brien,\"claims, all\"\n"
             "2020-01-01,boss,grant,110000001A,o'brien,claims\n"
             "2020-01-01,boss,grant,110000001A,o,view\n"
             "2020-01-01,boss,grant,110000001A,=zed,view\n");
  EXPECT_EQ(import().code, ExitCode::ok);
  EXPECT_THAT(lines_of(ask({"audit", "as-of", "-o", "csv"}).out),
              ElementsAre("provider,username,service", "110000001A,\"doe,john\",view", "110000001A,'=zed,view",
                          "110000001A,ann+x@example.org,view", "110000001A,ann,view", "110000001A,ann,view reports",
                          "110000001A,o'brien,\"claims, all\"", "110000001A,o'brien,claims", "110000001A,o,view"));
}

TEST_F(ImportAccessHistory, RecordsNothingInADryRun) {
  const std::string before = head();
  const Ran ran = import({"--dry-run"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(member(ran.out, "would_add"), "2");
  EXPECT_EQ(head(), before);
}

TEST_F(ImportAccessHistory, RefusesAFileWithABadLineWholeAndTellsEach) {
  const std::string before = head();
  write_file(folder / "changes.csv",
             good + "never,r3,boss,lead,grant,110000001A,cleo,s,red\n2020-03-01,r3,boss,lead,revoke,110000001A,ann,s,red\n");
  const Ran ran = import();
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("changes.csv:4: occurred_at: expected a time"));
  EXPECT_THAT(ran.err, HasSubstr("changes.csv:5: action: expected no revoke of a service that is not held"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was imported: 2 bad lines"));
  EXPECT_EQ(head(), before);
}

TEST_F(ImportAccessHistory, IsDeniedToWhoIsNoOfficer) {
  const Ran ran = ask({"import", "access-history", "--providers", (folder / "providers.csv").string(), (folder / "changes.csv").string(),
                       "--actor", "officer:nobody"});
  EXPECT_EQ(ran.code, ExitCode::denied);
  EXPECT_THAT(ran.err, HasSubstr("actor_unknown"));
  const Ran rehearsed = ask({"import", "access-history", "--providers", (folder / "providers.csv").string(),
                             (folder / "changes.csv").string(), "--actor", "officer:nobody", "--dry-run"});
  EXPECT_EQ(rehearsed.code, ExitCode::denied) << "a dry run says what a real one would";
  EXPECT_EQ(import({"--actor", "mhughes"}).code, ExitCode::usage);
}

TEST_F(ImportAccessHistory, WantsItsFiles) {
  std::filesystem::remove(folder / "changes.csv");
  EXPECT_EQ(import().code, ExitCode::not_found);
  EXPECT_EQ(ask({"import", "access-history", "x.csv"}).code, ExitCode::usage);
}

TEST_F(ImportAccessHistory, TakesNoFolderForAFile) {
  const std::string before = head();
  std::filesystem::remove(folder / "changes.csv");
  std::filesystem::create_directory(folder / "changes.csv");
  const Ran ran = import();
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("changes.csv is a folder: name a file"));
  EXPECT_EQ(head(), before);
}

TEST_F(ImportAccessHistory, ShowsNoServiceOfOneThatWasInterrupted) {
  const std::string before = ask({"services", "-o", "csv"}).out;
  interrupt(4);
  EXPECT_THAT(ask({"events"}).out, HasSubstr("service_defined")) << "a control: it is recorded";
  EXPECT_EQ(ask({"services", "-o", "csv"}).out, before);
  EXPECT_EQ(ask({"audit", "as-of", "--service", "org:admin"}).code, ExitCode::not_found);
  EXPECT_EQ(import().code, ExitCode::ok);
  EXPECT_EQ(ask({"audit", "as-of", "--service", "org:admin"}).code, ExitCode::ok);
  EXPECT_EQ(lines_of(ask({"services", "-o", "csv"}).out).size(), lines_of(before).size() + 2);
}

// A departure that is reported while a link is on its way is not about it, and the next report is.
TEST_F(ImportAccessHistory, BringsNoLinkThatWasLeftBeforeItCompleted) {
  submit(small_story());
  write_file(folder / "changes.csv",
             "occurred_at,reference,actor,requested_by,action,provider,username,service,colour\n"
             "2020-01-01,r1,boss,lead,grant,110000001A,jdoe1,records,red\n"
             "2020-02-01,r2,boss,lead,grant,110000001A,bob,records,red\n");
  interrupt(3, true);
  const auto report = [this](const std::string& id) {
    submit(R"({"type":"report_departure","command_id":")" + id +
           R"(","actor":"submitter:hr","username":"jdoe1","left_at":"2024-01-01T00:00:00Z"})");
  };
  const auto left_at = [this] {
    std::vector<std::string> out;
    for (const std::string& row : lines_of(ask({"audit", "leaver", "--user", "jdoe1", "-o", "ndjson"}).out))
      out.push_back(member(row, "provider") + ' ' + member(row, "left_at"));
    return out;
  };
  report("l1");
  EXPECT_EQ(import().code, ExitCode::ok);
  EXPECT_THAT(left_at(), ElementsAre("110000001A ", "110012345A 2024-01-01T00:00:00Z"));
  report("l2");
  EXPECT_THAT(left_at(), ElementsAre("110000001A 2024-01-01T00:00:00Z", "110012345A 2024-01-01T00:00:00Z"));
}

TEST_F(ImportAccessHistory, IsGivenUpByAnOfficerWithAReason) {
  const Position started = interrupt(4);
  const std::string at = std::to_string(started);
  const auto give_up = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"import", "abandon", at, "--actor", "officer:agency", "--reason", "wrong_file", "-o", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments);
  };
  EXPECT_THAT(ask({"stats"}).out, HasSubstr("pending_import." + at));
  const std::string before = head();
  const Ran rehearsed = give_up({"--dry-run"});
  EXPECT_EQ(rehearsed.code, ExitCode::ok) << rehearsed.err;
  EXPECT_EQ(member(rehearsed.out, "would_pass_over"), "1");
  EXPECT_EQ(head(), before);
  const Ran ran = give_up();
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(member(ran.out, "import_position"), at);
  EXPECT_EQ(member(ran.out, "passed_over"), "1");
  EXPECT_THAT(head(), testing::StartsWith(member(ran.out, "abandoned_at_position") + ' '));
  EXPECT_THAT(ask({"stats"}).out, Not(HasSubstr("pending_import")));
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok);
  EXPECT_THAT(ask({"audit", "gaps", "-o", "csv"}).out, HasSubstr("abandoned_import," + at));
  EXPECT_THAT(ask({"audit", "trail", "--type", "import_abandoned"}).out, HasSubstr("of event " + at + ", 1 rows"));

  for (const char* dry : {"", "--dry-run"}) {
    const Ran again = give_up(*dry == 0 ? std::vector<std::string>{} : std::vector<std::string>{dry});
    EXPECT_EQ(again.code, ExitCode::refused) << "there is nothing to be given up";
    EXPECT_THAT(again.err, HasSubstr("abandoned before"));
  }
  EXPECT_EQ(member(import().out, "added"), "2");
  EXPECT_EQ(lines_of(ask({"audit", "as-of", "-o", "csv"}).out).size(), 3u);
}

TEST_F(ImportAccessHistory, IsGivenUpOnlyWhileItIsUnderWay) {
  const auto give_up = [&](const std::string& position, const std::string& actor = "officer:agency", const std::string& reason = "wrong") {
    return ask({"import", "abandon", position, "--actor", actor, "--reason", reason});
  };
  const std::string started = std::to_string(interrupt(4));
  EXPECT_EQ(give_up("1").code, ExitCode::not_found);
  EXPECT_THAT(give_up("1").err, HasSubstr("event 1 began no import of history"));
  EXPECT_EQ(give_up("1000000").code, ExitCode::not_found);
  EXPECT_EQ(give_up("0").code, ExitCode::usage);
  EXPECT_EQ(give_up(started, "mhughes1").code, ExitCode::usage);
  EXPECT_EQ(give_up(started, "officer:agency", "Because!").code, ExitCode::usage);
  EXPECT_EQ(give_up(started, "officer:nobody").code, ExitCode::denied);
  EXPECT_EQ(ask({"import", "abandon", started}).code, ExitCode::usage) << "without a reason";
  EXPECT_EQ(import().code, ExitCode::ok);
  const std::string before = head();
  EXPECT_EQ(ask({"import", "abandon", started, "--actor", "officer:agency", "--reason", "wrong", "--dry-run"}).code, ExitCode::refused);
  EXPECT_EQ(head(), before);
  const Ran late = give_up(started);
  EXPECT_EQ(late.code, ExitCode::refused);
  EXPECT_THAT(late.err, HasSubstr("import_not_open"));
}

TEST_F(ImportAccessHistory, SaysWhichAdministratorServicesItGoesBy) {
  import();
  const Ran dry = import({"--administrator-service", "org:admin", "--dry-run"});
  EXPECT_THAT(dry.err, HasSubstr("administrator services of these providers' history: org:admin; until now: none"));
  import({"--administrator-service", "org:admin"});
  EXPECT_THAT(ask({"events"}).out, HasSubstr("\"administrator_services\":[\"org:admin\"]"));
  const Ran again = import();
  EXPECT_THAT(again.err, Not(HasSubstr("until now")));
  EXPECT_THAT(again.out, HasSubstr("org:admin"));
}

TEST_F(ImportAccessHistory, TellsOfAProviderThatKeepsAnotherName) {
  EXPECT_THAT(import().err, Not(HasSubstr("another name")));
  write_file(folder / "providers.csv", "provider,name\n110000001A,Renamed\n");
  EXPECT_THAT(import().err, HasSubstr("providers.csv:2: 110000001A is registered under another name or organization, which it keeps"));
}

TEST_F(ImportAccessHistory, JoinsStrangersOnTheOfficersWordAlone) {
  import();
  write_file(folder / "providers.csv", "provider,name\n110000002B,South\n");
  write_file(folder / "changes.csv", "occurred_at,actor,action,provider,username,service\n2021-01-01,boss,grant,110000002B,ann,s\n");
  const Ran refused = import();
  EXPECT_EQ(refused.code, ExitCode::refused);
  EXPECT_THAT(refused.err, HasSubstr("say so by --same-usernames"));
  EXPECT_EQ(import({"--same-usernames"}).code, ExitCode::ok);
  EXPECT_THAT(ask({"events"}).out, HasSubstr("\"same_usernames\":true"));
}

TEST_F(ImportAccessHistory, FindsTheActsOfThoseOfWhomNothingIsKnown) {
  write_file(folder / "changes.csv", "occurred_at,actor,action,provider,username,service\n2021-01-01,,grant,110000001A,ann,s\n");
  import();
  EXPECT_EQ(lines_of(ask({"audit", "trail", "--actor", "outsider:", "-o", "csv"}).out).size(), 2u);
}

TEST_F(ImportAccessHistory, FindsTheActsOfThoseWhoNeverWereUsers) {
  import();
  const Ran plain = ask({"audit", "trail", "--actor", "boss", "-o", "csv"});
  EXPECT_EQ(lines_of(plain.out).size(), 3u);
  EXPECT_EQ(ask({"audit", "trail", "--actor", "outsider:boss", "-o", "csv"}).out, plain.out);
  // Page by page too.
  const Ran first = ask({"audit", "trail", "--actor", "boss", "-o", "json", "--limit", "1"});
  const Ran second = ask({"audit", "trail", "--actor", "boss", "-o", "json", "--limit", "1", "--cursor", member(first.out, "next")});
  EXPECT_EQ(second.code, ExitCode::ok) << second.err;
  EXPECT_EQ(member(second.out, "next"), "");
  EXPECT_NE(member(second.out, "position"), member(first.out, "position"));
}

TEST_F(ImportAccessHistory, WarnsOfAnAdministratorServiceThatNoChangeNames) {
  EXPECT_THAT(import({"--administrator-service", "org:adnim"}).err, HasSubstr("warning: --administrator-service org:adnim"));
}

}  // namespace
}  // namespace muniment
