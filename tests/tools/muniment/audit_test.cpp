#include <algorithm>
#include <regex>

#include "cli_fixture.h"
#include "projections/fact_type.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Audit : public Cli {
 protected:
  Audit() { submit(small_story()); }

  void assign(const std::string& id, const std::string& services) {
    submit(R"({"type":"assign_services","command_id":")" + id +
           R"(","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":[)" + services + "]}\n");
  }
  std::vector<std::string> csv(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "audit");
    arguments.insert(arguments.end(), {"-o", "csv"});
    const Ran ran = ask(arguments);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    return lines_of(ran.out);
  }
};

TEST_F(Audit, SaysWhoHeldWhatAtAPosition) {
  assign("a1", R"("view_provider_reports")");
  EXPECT_THAT(csv({"as-of"}), ElementsAre("provider,username,service", "110012345A,jdoe1,view_provider_reports",
                                          "110012345A,mhughes1,primary_portal_user"));
  EXPECT_THAT(csv({"as-of", "--position", "15"}),
              ElementsAre("provider,username,service", "110012345A,jdoe1,manage_referrals", "110012345A,mhughes1,primary_portal_user"));
  EXPECT_THAT(csv({"as-of", "--user", "JDoe1"}), ElementsAre("provider,username,service", "110012345A,jdoe1,view_provider_reports"));
  EXPECT_THAT(csv({"as-of", "--service", "primary_portal_user", "--provider", "110012345 a"}),
              ElementsAre("provider,username,service", "110012345A,mhughes1,primary_portal_user"));
  EXPECT_THAT(csv({"as-of", "--at", "2020-01-01"}), ElementsAre("provider,username,service"));
  EXPECT_THAT(csv({"as-of", "--recorded-at", "2020-01-01"}), ElementsAre("provider,username,service"));
}

TEST_F(Audit, SaysHowLongAnAccountWasStoppedAndWhatItHeldFromWhenUntilWhen) {
  submit(R"({"type":"lock_account","command_id":"l1","actor":"officer:agency","username":"jdoe1","reason":"suspicious_sign_in"}
{"type":"unlock_account","command_id":"l2","actor":"officer:agency","username":"jdoe1","reason":"verified"}
)");
  assign("a1", R"("view_provider_reports")");
  const auto states = csv({"states"});
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0], "username,state,from,by,reason,to,ended_by,ended_reason,seconds");
  EXPECT_THAT(states[1],
              testing::MatchesRegex("jdoe1,locked,[^,]+,officer:agency,suspicious_sign_in,[^,]+,officer:agency,verified,[0-9]+"));
  EXPECT_EQ(csv({"states", "--state", "disabled"}).size(), 1U);
  EXPECT_EQ(csv({"states", "--user", "mhughes1"}).size(), 1U);
  EXPECT_THAT(csv({"states", "--position", "16"}).at(1), HasSubstr(",suspicious_sign_in,,,,0")) << "it lasted up to then";
  EXPECT_EQ(ask({"audit", "states", "--state", "closed"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "states", "--user", "nobody9"}).code, ExitCode::not_found);

  const auto held = csv({"intervals", "--user", "jdoe1"});
  ASSERT_EQ(held.size(), 3U);
  EXPECT_EQ(held[0], "provider,username,service,from,granted_by,to,ended_by");
  EXPECT_THAT(held[1], testing::MatchesRegex("110012345A,jdoe1,manage_referrals,[^,]+,mhughes1,[^,]+,mhughes1"));
  EXPECT_THAT(held[2], testing::MatchesRegex("110012345A,jdoe1,view_provider_reports,[^,]+,mhughes1,,"));
}

TEST_F(Audit, SaysWhatWasHeldInTheOrderOfTheRowsOfCsv) {
  assign("a1", R"("claims_submission_and_status","view_provider_reports")");
  assign("a2", R"("manage_referrals")");
  auto rows = csv({"intervals", "--user", "jdoe1"});
  rows.erase(rows.begin());
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_THAT(rows[0], HasSubstr(",claims_submission_and_status,")) << "though it was granted later";
  EXPECT_TRUE(std::ranges::is_sorted(rows)) << testing::PrintToString(rows);
}

TEST_F(Audit, CountsHowMuchHappenedByPeriodOfTime) {
  ask({"submit", "-"},
      R"({"type":"link_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]}
)");
  const auto rows = csv({"histogram"});
  EXPECT_EQ(rows.at(0), "from,to,events,refused");
  std::uint64_t events = 0;
  std::uint64_t refused = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::smatch cells;
    ASSERT_TRUE(std::regex_match(rows[i], cells, std::regex(R"([^,]+,[^,]+,([0-9]+),([0-9]+))"))) << rows[i];
    events += std::stoull(cells[1]);
    refused += std::stoull(cells[2]);
  }
  EXPECT_EQ(events, 16U) << "all that the trail would print";
  EXPECT_EQ(refused, 1U);
  EXPECT_THAT(ask({"audit", "histogram", "-o", "json"}).out, HasSubstr(R"("true_of":"16","unit":"minute")"));
  EXPECT_THAT(csv({"histogram", "--user", "jdoe1", "--type", "subordinate_created"}).at(1), testing::MatchesRegex("[^,]+,[^,]+,1,0"));
  EXPECT_EQ(csv({"histogram", "--to", "2020-01-01"}).size(), 1U) << "nothing had happened";
  EXPECT_EQ(ask({"audit", "histogram", "--type", "no_such"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "histogram", "--user", "nobody9"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"audit", "histogram", "--limit", "3"}).code, ExitCode::usage) << "it is one answer";
}

TEST_F(Audit, ShowsAttemptsThatWereRefusedForOneReason) {
  ask({"submit", "-"},
      R"({"type":"link_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]}
{"type":"link_subordinate","command_id":"r2","actor":"jdoe1","provider":"110012345A","username":"jdoe1","services":["manage_referrals"]}
)");
  EXPECT_EQ(csv({"trail", "--type", "command_refused"}).size(), 3U);
  EXPECT_EQ(csv({"trail", "--refusal", "already_linked"}).size(), 2U);
  EXPECT_EQ(csv({"trail", "--refusal", "already_linked", "--limit", "1"}).size(), 2U);
  EXPECT_EQ(csv({"trail", "--refusal", "already_linked", "--actor", "jdoe1"}).size(), 1U);
  EXPECT_EQ(ask({"audit", "trail", "--refusal", "no_such"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "trail", "--refusal", "already_linked", "--type", "signed_in"}).code, ExitCode::usage);
}

TEST_F(Audit, SaysWhichPositionItIsTrueOf) {
  const Ran table = ask({"audit", "as-of"});
  EXPECT_THAT(table.err, HasSubstr("muniment: true of position 15"));
  const Ran json = ask({"audit", "as-of", "-o", "json", "--position", "14"});
  EXPECT_THAT(json.out, HasSubstr("],\"true_of\":\"14\"}"));
  EXPECT_EQ(json.err, "muniment: not on record: asked of the store itself\n");
  for (const char* question : {"as-of", "trail"}) EXPECT_THAT(ask({"audit", question, "-o", "csv"}).err, HasSubstr("true of position 15"));
  EXPECT_THAT(ask({"audit", "roster", "--provider", "110012345A", "-o", "json"}).out, HasSubstr("\"true_of\":\"15\""));
  EXPECT_THAT(ask({"audit", "diff", "--from", "2020-01-01", "--to", "2199-01-01", "-o", "json"}).out, HasSubstr("\"true_of\":\"15\""));
}

TEST_F(Audit, SaysInJsonWhoGrantedItAndWhetherItIsUsable) {
  submit(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2026"})"
         "\n");
  const Ran ran = ask({"audit", "as-of", "--user", "jdoe1", "-o", "ndjson"});
  EXPECT_EQ(member(ran.out, "usable"), "false");
  EXPECT_THAT(ran.out, HasSubstr("\"why_not\":[\"terms_not_accepted\"]"));
  EXPECT_EQ(member(ran.out, "granted_by"), "mhughes1");
  EXPECT_EQ(member(ran.out, "from_position"), "15");
  EXPECT_EQ(member(ran.out, "granted_type"), "subordinate_created");
  EXPECT_EQ(member(ran.out, "authority"), "primary_user");
}

TEST_F(Audit, SaysSinceWhenItEndedWhereThatIsKnown) {
  assign("a1", "");
  const auto now = lines_of(ask({"audit", "as-of", "--user", "jdoe1", "-o", "csv"}).out);
  EXPECT_EQ(now.size(), 1u);
  const Ran events = ask({"events", "--from", "15", "--to", "15"});
  const Ran then = ask({"audit", "as-of", "--user", "jdoe1", "-o", "ndjson", "--at", member(events.out, "occurred_at")});
  EXPECT_EQ(member(then.out, "to_position"), "16");
  EXPECT_EQ(member(then.out, "ended_by"), "mhughes1");
}

// An auditor copies a time out of one answer into the next question.
TEST_F(Audit, TakesATimeBackAsATableShowsIt) {
  const std::string table = ask({"audit", "as-of", "--user", "jdoe1"}).out;
  static const std::regex time("[0-9]{4}-[0-9-]+T[0-9:.]+Z");
  std::smatch shown;
  ASSERT_TRUE(std::regex_search(table, shown, time)) << table;
  EXPECT_EQ(ask({"audit", "as-of", "--user", "jdoe1", "--at", shown.str()}).out, table);
}

TEST_F(Audit, RefusesATrailThatEndsBeforeItBegins) {
  const Ran ran = ask({"audit", "trail", "--from", "2021-01-01", "--to", "2020-01-01"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("--to: expected a time that is not before --from"));
}

TEST_F(Audit, SaysOfEventsThatAreNotThereThatTheyAreNot) {
  for (const auto& beyond : {std::vector<std::string>{"events", "--from", "1000"}, {"events", "--to", "1000"}}) {
    const Ran ran = ask(beyond);
    EXPECT_EQ(ran.code, ExitCode::not_found);
    EXPECT_THAT(ran.err, HasSubstr(beyond[1] + ": the log ends at position"));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(ask({"events", "--from", "5", "--to", "3"}).code, ExitCode::usage);
  EXPECT_THAT(ask({"events", "--from", "5", "--to", "5"}).err, HasSubstr("true of position "));
}

TEST_F(Audit, HasNoPagesWhereAnAnswerIsWhole) {
  for (const auto* question : {"rules", "retention", "gaps"}) {
    EXPECT_EQ(ask({"audit", question, "--limit", "1"}).code, ExitCode::usage) << question;
    EXPECT_EQ(ask({"audit", question, "--cursor", "x"}).code, ExitCode::usage) << question;
  }
}

TEST_F(Audit, TellsACursorOfAnotherLogFromOneBeforeARestore) {
  const std::string cursor = member(ask({"audit", "as-of", "-o", "json", "--limit", "1"}).out, "next");
  const std::string other = "0123456789abcdef" + cursor.substr(cursor.find('-'));
  const Ran ran = ask({"audit", "as-of", "--cursor", other});
  EXPECT_EQ(ran.code, ExitCode::not_found);
  EXPECT_THAT(ran.err, HasSubstr("it is another log's"));
}

TEST_F(Audit, ShowsThePidSlToPeopleWithItsSpace) { EXPECT_THAT(ask({"audit", "as-of"}).out, HasSubstr("110012345 A  jdoe1")); }

TEST_F(Audit, AnswersInPagesThatTogetherAreTheWholeAnswer) {
  assign("a1", R"("view_provider_reports","manage_referrals","view_provider_contracts")");
  const auto whole = csv({"as-of"});
  std::vector<std::string> pages;
  std::string cursor;
  for (int page = 0; page < 10; ++page) {
    std::vector<std::string> arguments{"audit", "as-of", "-o", "json", "--limit", "1"};
    if (!cursor.empty()) arguments.insert(arguments.end(), {"--cursor", cursor});
    const Ran ran = ask(arguments);
    ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
    pages.push_back(member(ran.out, "username") + "," + member(ran.out, "service"));
    cursor = member(ran.out, "next");
    if (cursor.empty()) break;
  }
  ASSERT_EQ(pages.size() + 1, whole.size());
  for (std::size_t i = 0; i < pages.size(); ++i) EXPECT_EQ("110012345A," + pages[i], whole[i + 1]);
  // For the other forms the cursor stands among the messages.
  EXPECT_THAT(ask({"audit", "as-of", "--limit", "1"}).err, HasSubstr("there is more: --cursor "));
}

TEST_F(Audit, TellsACursorOfAnotherQuestion) {
  assign("a1", R"("view_provider_reports","manage_referrals")");
  const std::string cursor = member(ask({"audit", "as-of", "-o", "json", "--limit", "1"}).out, "next");
  EXPECT_EQ(ask({"audit", "as-of", "--user", "jdoe1", "--cursor", cursor}).code, ExitCode::usage);
  EXPECT_EQ(ask({"audit", "as-of", "--cursor", "zz"}).code, ExitCode::usage);
}

TEST_F(Audit, ListsARosterByName) {
  EXPECT_THAT(csv({"roster", "--provider", "110012345A"}),
              ElementsAre("username,last_name,first_name,middle_initial,services,usable,why_not", "jdoe1,Doe,John,,manage_referrals,yes,",
                          "mhughes1,Hughes,Mary,,primary_portal_user,yes,"));
  EXPECT_EQ(csv({"roster", "--provider", "110012345A", "--last-name", "hUG"}).size(), 2u);
  EXPECT_EQ(csv({"roster", "--provider", "110012345A", "--first-name", "jo", "--last-name", "d"}).size(), 2u);
  EXPECT_EQ(csv({"roster", "--provider", "110012345A", "--last-name", "Poe"}).size(), 1u);
  EXPECT_EQ(csv({"roster", "--provider", "110012345A", "--position", "14"}).size(), 2u);
}

TEST_F(Audit, TellsTheTrailOfAnAccountAProviderAnActorAndAKind) {
  assign("a1", R"("view_provider_reports")");
  const auto positions = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "trail");
    std::vector<std::string> out;
    for (const std::string& line : csv(arguments)) out.push_back(line.substr(0, line.find(',')));
    out.erase(out.begin());
    return out;
  };
  EXPECT_THAT(positions({"--user", "jdoe1"}), ElementsAre("16", "15"));
  EXPECT_THAT(positions({"--user", "jdoe1", "--oldest-first"}), ElementsAre("15", "16"));
  EXPECT_THAT(positions({"--provider", "110012345A", "--oldest-first"}), ElementsAre("12", "13", "14", "15", "16"));
  EXPECT_THAT(positions({"--actor", "mhughes1"}), ElementsAre("16", "15"));
  EXPECT_THAT(positions({"--actor", "officer:agency", "--type", "provider_registered"}), ElementsAre("12"));
  EXPECT_THAT(positions({"--actor", "node", "--type", "store_created"}), ElementsAre("1"));
  EXPECT_THAT(positions({"--user", "jdoe1", "--not-type", "services_assigned"}), ElementsAre("15"));
  EXPECT_THAT(positions({"--user", "jdoe1", "--not-type", "services_assigned,subordinate_created"}), IsEmpty());
  EXPECT_THAT(positions({"--user", "jdoe1", "--position", "15"}), ElementsAre("15"));
  EXPECT_THAT(positions({"--user", "jdoe1", "--to", "2020-01-01"}), IsEmpty());
  EXPECT_THAT(positions({"--user", "jdoe1", "--from", "2020-01-01", "--limit", "1"}), ElementsAre("16"));
}

TEST_F(Audit, GivesWholeEventsOfATrailInJson) {
  const auto lines = lines_of(ask({"audit", "trail", "--user", "jdoe1", "-o", "ndjson"}).out);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0] + "\n", ask({"events", "--from", "15", "--to", "15"}).out);
}

TEST_F(Audit, SaysWhatWasGainedAndLostBetweenTwoMoments) {
  const std::string created = member(ask({"events", "--from", "15", "--to", "15"}).out, "occurred_at");
  assign("a1", R"("view_provider_reports")");
  const auto lines = csv({"diff", "--from", created, "--to", "2199-01-01"});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "provider,username,service,change,at,by,reference");
  EXPECT_THAT(lines[1], HasSubstr("110012345A,jdoe1,manage_referrals,lost,"));
  EXPECT_THAT(lines[2], HasSubstr("110012345A,jdoe1,view_provider_reports,gained,"));
  EXPECT_EQ(csv({"diff", "--from", "2019-01-01", "--to", "2020-01-01"}).size(), 1u);
}

TEST_F(Audit, TellsANameThatNobodyHadFromAnEmptyAnswer) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"as-of", "--provider", "110012346A"},
                                                                     {"as-of", "--user", "jdoe11"},
                                                                     {"trail", "--user", "jdoe11"},
                                                                     {"roster", "--provider", "110012346A"},
                                                                     {"diff", "--from", "2020-01-01", "--to", "2021-01-01", "--user", "x"},
                                                                     {"as-of", "--service", "nosuch"},
                                                                     {"trail", "--actor", "nobody"},
                                                                     {"trail", "--actor", "officer:nobody"},
                                                                     {"trail", "--actor", "submitter:nobody"},
                                                                     {"trail", "--actor", "outsider:nobody"}}) {
    std::vector<std::string> all{"audit"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran ran = ask(all);
    EXPECT_EQ(ran.code, ExitCode::not_found) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

// Who is known and did nothing that is asked about: that is an answer.
TEST_F(Audit, KnowsWhoHasNotActedYet) {
  for (const char* actor : {"jdoe1", "officer:agency", "node"}) {
    const Ran ran = ask({"audit", "trail", "--actor", actor, "--type", "terms_published", "-o", "csv"});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_EQ(lines_of(ran.out).size(), 1u) << actor;
  }
  EXPECT_EQ(csv({"as-of", "--service", "manage_member_eligibility"}).size(), 1u) << "of a service that nobody holds";
}

TEST_F(Audit, DoesNotAnswerOfAPositionThatTheLogHasNotReached) {
  EXPECT_EQ(csv({"as-of", "--position", "15"}).size(), 3u) << "the head";
  for (const auto& question : std::vector<std::vector<std::string>>{{"audit", "as-of", "--position", "16"},
                                                                    {"audit", "trail", "--position", "9999999"},
                                                                    {"audit", "roster", "--provider", "110012345A", "--position", "16"},
                                                                    {"replay", "--to", "16"}}) {
    const Ran ran = ask(question);
    EXPECT_EQ(ran.code, ExitCode::not_found) << question[1];
    EXPECT_THAT(ran.err, HasSubstr("the log ends at position 15"));
    EXPECT_EQ(ran.out, "");
  }
}

// A variable that is empty in a script must not ask for everything.
TEST_F(Audit, TakesNoEmptyTextForAFlagThatWasNotGiven) {
  for (const auto& question : std::vector<std::vector<std::string>>{{"as-of", "--provider", ""},
                                                                    {"as-of", "--user", ""},
                                                                    {"as-of", "--at", ""},
                                                                    {"as-of", "--service", ""},
                                                                    {"as-of", "--cursor", ""},
                                                                    {"as-of", "--recorded-at="},
                                                                    {"trail", "--actor", ""},
                                                                    {"trail", "--type", ""},
                                                                    {"trail", "--not-type", ""},
                                                                    {"trail", "--from", ""},
                                                                    {"roster", "--provider", "110012345A", "--last-name", ""}}) {
    std::vector<std::string> all{"audit"};
    all.insert(all.end(), question.begin(), question.end());
    const Ran ran = ask(all);
    EXPECT_EQ(ran.code, ExitCode::usage) << question[1];
    EXPECT_THAT(ran.err, HasSubstr("muniment: error: "));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(run({"--store", "", "stats"}).code, ExitCode::usage);
}

TEST_F(Audit, ListsEveryKindOfEventInItsDocumentation) {
  const std::string page = content_of(project_folder() / "docs" / "cli.md");
  for (const std::string_view type : fact_names()) EXPECT_TRUE(page.contains("`" + std::string{type} + "`")) << type;
}

TEST_F(Audit, WantsFlagsOfTheRightForm) {
  const auto is_usage = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "audit");
    const Ran ran = ask(arguments);
    return ran.code == ExitCode::usage && ran.out.empty() && !ran.err.empty();
  };
  EXPECT_TRUE(is_usage({}));
  EXPECT_TRUE(is_usage({"as-of", "--at", "yesterday"}));
  EXPECT_TRUE(is_usage({"as-of", "--recorded-at", "2020-13-01"}));
  EXPECT_TRUE(is_usage({"as-of", "--recorded-at", "2020-01-01", "--position", "3"}));
  EXPECT_TRUE(is_usage({"as-of", "--provider", "12"}));
  EXPECT_TRUE(is_usage({"as-of", "--user", "j doe"}));
  EXPECT_TRUE(is_usage({"as-of", "--limit", "0"}));
  EXPECT_THAT(ask({"audit", "as-of", "--limit", "0"}).err, HasSubstr("--limit: expected a whole number from 1 on"));
  for (const char* number : {"-1", "1.0", "1e3", "0x10", "12 ", "+3", "18446744073709551616", "x"}) {
    EXPECT_TRUE(is_usage({"as-of", "--position", number})) << number;
    EXPECT_EQ(ask({"events", "--to", number}).code, ExitCode::usage) << number;
  }
  EXPECT_EQ(ask({"events", "--from", "0"}).code, ExitCode::usage);
  EXPECT_TRUE(is_usage({"as-of", "-o", "xml"}));
  EXPECT_TRUE(is_usage({"as-of", "extra"}));
  EXPECT_TRUE(is_usage({"trail", "--type", "nonsense"}));
  EXPECT_TRUE(is_usage({"trail", "--not-type", "signed_in,nonsense"}));
  EXPECT_TRUE(is_usage({"roster"}));
  for (const char* flag : {"--last-name", "--first-name"}) {
    EXPECT_TRUE(is_usage({"roster", "--provider", "110012345A", flag, "\xff"})) << flag;
    EXPECT_THAT(ask({"audit", "roster", "--provider", "110012345A", flag, "\xff"}).err, HasSubstr(flag + std::string{": expected UTF-8"}));
  }
  EXPECT_TRUE(is_usage({"diff", "--from", "2020-01-01"}));
  EXPECT_TRUE(is_usage({"diff", "--from", "2021-01-01", "--to", "2020-01-01"}));
}

}  // namespace
}  // namespace muniment
