#include <fmt/format.h>

#include <sstream>

#include "cli_fixture.h"
#include "tools/muniment/cli.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Submit : public Cli {};

std::vector<std::string> statuses(const std::vector<std::string>& answers) {
  std::vector<std::string> out;
  for (const std::string& answer : answers) out.push_back(member(answer, "status"));
  return out;
}

std::string reset(const std::string& id) {
  return fmt::format(R"({{"type":"reset_password","command_id":"{}","actor":"mhughes1","provider":"110012345A","username":"jdoe1"}})", id) +
         "\n";
}
std::string redeem(const std::string& id, const std::string& credential) {
  return fmt::format(R"({{"type":"redeem_credential","command_id":"{}","actor":"submitter:idp","username":"jdoe1","credential":"{}"}})", id,
                     credential) +
         "\n";
}

TEST_F(Submit, AnswersEachLineInOrder) {
  const auto answers = submit(small_story());
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0],
            R"({"line":1,"command_id":"s1","status":"accepted","repeat":false,"first_position":"12","last_position":"12","true_of":"12"})");
  EXPECT_EQ(answers[1],
            R"({"line":2,"command_id":"s2","status":"accepted","repeat":false,"first_position":"13","last_position":"14","true_of":"14",)"
            R"("username":"mhughes1"})");
  EXPECT_EQ(member(answers[2], "username"), "jdoe1");
}

TEST_F(Submit, ReadsAFileToo) {
  write_file(folder / "commands", small_story());
  const Ran ran = ask({"submit", (folder / "commands").string()});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(lines_of(ran.out).size(), 3u);
  EXPECT_THAT(ran.err, HasSubstr("3 accepted, 0 unchanged, 0 refused, 0 denied, 0 malformed"));
  EXPECT_EQ(ask({"submit", (folder / "nothing").string()}).code, ExitCode::not_found);
}

TEST_F(Submit, RefusesATimeZoneThatThereIsNoneOf) {
  const auto with_zone = [](const std::string& zone) {
    return R"({"type":"set_policy","command_id":"z1","actor":"officer:agency","time_zone":")" + zone + "\"}\n";
  };
  const std::string before = head();
  for (const char* zone : {"Mars/Olympus", "America/New_Yrok"}) {
    const auto answers = submit(with_zone(zone), ExitCode::usage);
    EXPECT_EQ(answers[0], R"({"line":1,"command_id":"z1","status":"malformed","path":"time_zone",)"
                          R"("problem":"expected a time zone that there is, such as America/New_York"})");
  }
  EXPECT_EQ(head(), before);
  EXPECT_EQ(member(submit(with_zone("America/New_York"))[0], "status"), "accepted");
}

TEST_F(Submit, SaysThatARepeatIsOne) {
  submit(small_story());
  const auto answers = submit(small_story());
  EXPECT_EQ(member(answers[2], "repeat"), "true");
  EXPECT_EQ(member(answers[2], "username"), "jdoe1");
  EXPECT_EQ(member(answers[2], "first_position"), "15");
}

TEST_F(Submit, AnswersAMalformedLineWithItsPathAndGoesOn) {
  const auto answers = submit(
      "{\"type\":\"lock_account\"}\n"
      "nonsense\n"
      R"({"type":"close_provider","command_id":"m3","actor":"officer:agency","provider":"secret-typed-here"})"
      "\n" +
          small_story(),
      ExitCode::usage);
  ASSERT_EQ(answers.size(), 6u);
  EXPECT_EQ(answers[0], R"({"line":1,"status":"malformed","path":"command_id","problem":"is missing"})");
  EXPECT_EQ(answers[1], R"({"line":2,"status":"malformed","problem":"the document is not valid JSON"})");
  EXPECT_EQ(
      answers[2],
      R"({"line":3,"command_id":"m3","status":"malformed","path":"provider","problem":"expected nine digits and a letter, such as 110012345A"})");
  EXPECT_EQ(member(answers[5], "username"), "jdoe1");
}

// A machine pairs answers with what it sent by the command id, above all where something was wrong.
TEST_F(Submit, NamesTheCommandIdOfAMalformedLineThatHasOne) {
  const auto answers = submit(R"({"type":"close_provider","nonsense":1,"command_id":"m1","actor":"officer:agency"})"
                              "\n"
                              R"({"type":"no_such_type","actor":"officer:agency","command_id":"m2"})"
                              "\n"
                              R"({"type":"close_provider","command_id":7})"
                              "\n"
                              R"({"type":"close_provider","command_id":"m4","command_id":"m4"})"
                              "\n" +
                                  fmt::format(R"({{"type":"close_provider","command_id":"{}"}})", std::string(65, 'x')) + "\n",
                              ExitCode::usage);
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_THAT(statuses(answers), testing::Each("malformed"));
  EXPECT_EQ(member(answers[0], "command_id"), "m1");
  EXPECT_EQ(member(answers[1], "command_id"), "m2");
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(member(answers[i], "command_id"), "") << i;
}

TEST_F(Submit, SaysThatTheTypeIsMissingWhereItIs) {
  const auto answers = submit(R"({"command_id":"m1","actor":"officer:agency","username":"jdoe1","reason":"x"})"
                              "\n"
                              R"({"Type":"lock_account","command_id":"m2","actor":"officer:agency"})"
                              "\n",
                              ExitCode::usage);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0], R"({"line":1,"command_id":"m1","status":"malformed","path":"type","problem":"is missing"})");
  EXPECT_EQ(answers[1], R"({"line":2,"command_id":"m2","status":"malformed","path":"type","problem":"is missing"})");
}

// Gives its text and then fails, as a disk or a pipe does.
class FailingBuffer final : public std::stringbuf {
 public:
  using std::stringbuf::stringbuf;

 protected:
  int_type underflow() override {
    const int_type next = std::stringbuf::underflow();
    if (traits_type::eq_int_type(next, traits_type::eof())) throw std::runtime_error("the disk failed");
    return next;
  }
};

TEST_F(Submit, AnswersWhatItReadBeforeTheInputFailed) {
  for (const bool is_dry_run : {true, false}) {
    FailingBuffer buffer(small_story(), std::ios::in);
    std::istream in(&buffer);
    std::ostringstream out;
    std::ostringstream err;
    Console console{.in = in, .out = out, .err = err};
    std::vector<std::string> arguments{"--store", store.string(), "submit", "-"};
    if (is_dry_run) arguments.emplace_back("--dry-run");
    EXPECT_EQ(run_cli(arguments, console), ExitCode::failure);
    EXPECT_THAT(statuses(lines_of(out.str())), ElementsAre("accepted", "accepted", "accepted")) << out.str();
    EXPECT_THAT(err.str(), HasSubstr("cannot be read on behind line 3"));
    EXPECT_THAT(err.str(), HasSubstr("the lines before are answered"));
  }
}

TEST_F(Submit, TakesNoFolderForAFile) {
  const Ran ran = ask({"submit", folder.string()});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("is a folder: name a file"));
  EXPECT_EQ(ran.out, "");
}

// "Unchanged" is not recorded, so that the id is free: its next use is decided as things are then.
TEST_F(Submit, DecidesACommandAgainThatWasUnchanged) {
  submit(small_story());
  const auto assign = [](const std::string& id, const std::string& services) {
    return fmt::format(
        R"({{"type":"assign_services","command_id":"{}","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":[{}]}})"
        "\n",
        id, services);
  };
  const std::string same = assign("a6", "\"manage_referrals\"");
  EXPECT_THAT(statuses(submit(same)), ElementsAre("unchanged"));
  EXPECT_THAT(statuses(submit(assign("a7", "\"view_provider_reports\""))), ElementsAre("accepted"));
  const auto again = submit(same);
  EXPECT_THAT(statuses(again), ElementsAre("accepted"));
  EXPECT_EQ(member(again[0], "repeat"), "false");
}

TEST_F(Submit, BoundsALine) {
  const std::string padding(70'000, ' ');
  const auto answers = submit("{" + padding + "}\n" + small_story(), ExitCode::usage);
  EXPECT_THAT(answers[0], HasSubstr("is larger than 65536 bytes"));
  EXPECT_THAT(statuses(answers), ElementsAre("malformed", "accepted", "accepted", "accepted"));
}

TEST_F(Submit, SkipsEmptyLinesAndCountsThem) {
  const auto answers = submit("\n  \n" + small_story());
  EXPECT_EQ(member(answers.front(), "line"), "3");
}

TEST_F(Submit, SaysWhyACommandIsRefused) {
  submit(small_story());
  const auto answers =
      submit(R"({"type":"remove_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","username":"nobody7"})"
             "\n",
             ExitCode::refused);
  EXPECT_EQ(
      answers[0],
      R"({"line":1,"command_id":"r1","status":"refused","repeat":false,"first_position":"16","last_position":"16","true_of":"16",)"
      R"("refusal":"not_on_roster","meaning":"No such username is on the provider's roster; check the spelling, or link the account first.",)"
      R"("fields":["username"]})");
}

TEST_F(Submit, SaysBothVersionsOfAConflict) {
  submit(small_story());
  const auto answers = submit(
      R"({"type":"assign_services","command_id":"v1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","services":[],"expected_version":"7"})"
      "\n",
      ExitCode::refused);
  EXPECT_EQ(member(answers[0], "refusal"), "version_conflict");
  EXPECT_EQ(member(answers[0], "expected_version"), "7");
  EXPECT_EQ(member(answers[0], "actual_version"), "1");
}

TEST_F(Submit, EndsWithFiveWhereOnlyAuthorityWasWanting) {
  submit(small_story());
  submit(R"({"type":"close_provider","command_id":"d1","actor":"mhughes1","provider":"110012345A"})"
         "\n",
         ExitCode::denied);
}

TEST_F(Submit, GivesACredentialOnce) {
  submit(small_story());
  const auto first = submit(reset("p1"));
  EXPECT_EQ(member(first[0], "credential").size(), 23u);
  const auto again = submit(reset("p1"), ExitCode::refused);
  EXPECT_EQ(member(again[0], "credential"), "");
  EXPECT_EQ(member(again[0], "refusal"), "credential_already_issued");
  EXPECT_THAT(statuses(submit(redeem("p2", member(first[0], "credential")))), ElementsAre("accepted"));
}

TEST_F(Submit, AnswersMoreLinesThanItKeepsPlacesFor) {
  std::string commands = small_story();
  for (int i = 0; i < 20'000; ++i)
    commands +=
        i % 3 == 0
            ? "malformed\n"
            : fmt::format("{{\"type\":\"close_provider\",\"command_id\":\"q{}\",\"actor\":\"jdoe1\",\"provider\":\"110012345A\"}}\n", i);
  const auto answers = submit(commands, ExitCode::usage);
  ASSERT_EQ(answers.size(), 20'003u);
  for (std::size_t i = 0; i < answers.size(); ++i) ASSERT_EQ(member(answers[i], "line"), std::to_string(i + 1));
}

TEST_F(Submit, DecidesInADryRunAsItWouldAndRecordsNothing) {
  const std::string before = head();
  const Ran ran = ask({"submit", "--dry-run", "-"}, small_story() + small_story() + reset("p1"));
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out;
  const auto answers = lines_of(ran.out);
  ASSERT_EQ(answers.size(), 7u);
  EXPECT_EQ(answers[2], R"({"line":3,"command_id":"s3","status":"accepted","repeat":false,"username":"jdoe1","dry_run":true})");
  EXPECT_EQ(member(answers[5], "repeat"), "true");
  EXPECT_EQ(member(answers[6], "status"), "accepted");
  EXPECT_THAT(answers[6], Not(HasSubstr("credential\"")));
  EXPECT_EQ(head(), before);
  // The real run comes out the same.
  EXPECT_EQ(member(submit(small_story())[2], "username"), "jdoe1");
}

TEST_F(Submit, LeavesTheVaultAsItWasInADryRun) {
  submit(small_story());
  const std::string credential = member(submit(reset("p1"))[0], "credential");
  const std::string rename =
      R"({"type":"update_subordinate","command_id":"u1","actor":"mhughes1","provider":"110012345A","username":"jdoe1","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"other@mass.net","zip":"02302","pin":"9999","services":["manage_referrals"]})"
      "\n";
  const Ran dry = ask({"submit", "--dry-run", "-"}, redeem("p2", credential) + rename + reset("p3"));
  EXPECT_THAT(statuses(lines_of(dry.out)), ElementsAre("accepted", "accepted", "accepted"));
  // The credential is still good, the PIN is the old one, and the old email is still known as this person's.
  EXPECT_THAT(statuses(submit(redeem("p4", credential))), ElementsAre("accepted"));
  const std::string same =
      R"({"type":"create_subordinate","command_id":"c1","actor":"mhughes1","provider":"110012345A","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302","pin":"1234","services":["manage_referrals"]})"
      "\n";
  EXPECT_EQ(member(submit(same, ExitCode::refused)[0], "refusal"), "possible_duplicate");
  const auto renamed = submit(rename);
  const Ran events = ask({"events", "--from", member(renamed[0], "first_position")});
  EXPECT_THAT(events.out, HasSubstr("\"type\":\"pin_changed\""));
}

TEST_F(Submit, SaysThatTheMachinesOperatorVouchesForTheActor) {
  submit(small_story());
  EXPECT_THAT(ask({"events", "--from", "12"}).out, HasSubstr("\"source\":\"operator\""));
}

}  // namespace
}  // namespace muniment
