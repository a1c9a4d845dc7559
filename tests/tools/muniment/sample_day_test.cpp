// The sample day that the project ships: every line is answered as day_answers.jsonl says, credentials aside.
#include <regex>

#include "cli_fixture.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

const std::filesystem::path day_file = project_folder() / "tools" / "sample" / "day.jsonl";
const std::filesystem::path golden = project_folder() / "tests" / "tools" / "muniment" / "day_answers.jsonl";

std::string without_credentials(const std::string& answers) {
  static const std::regex credential("\"credential\":\"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}\"");
  return std::regex_replace(answers, credential, "\"credential\":\"*\"");
}

class SampleDay : public Cli {};

TEST_F(SampleDay, IsAnsweredAsItEverWas) {
  const Ran ran = ask({"submit", day_file.string()});
  EXPECT_EQ(ran.code, ExitCode::usage) << ran.err;  // Some of its lines are malformed, to show it.
  EXPECT_EQ(lines_of(without_credentials(ran.out)), lines_of(content_of(golden)));
}

TEST_F(SampleDay, IsAnsweredTheSameInADryRun) {
  const Ran dry = ask({"submit", "--dry-run", day_file.string()});
  const auto expected = lines_of(content_of(golden));
  const auto answers = lines_of(dry.out);
  ASSERT_EQ(answers.size(), expected.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    for (const char* name : {"line", "command_id", "status", "refusal", "repeat", "username", "path", "problem"}) {
      EXPECT_EQ(member(answers[i], name), member(expected[i], name)) << answers[i];
    }
  }
}

TEST_F(SampleDay, ComesToTheSameStateByEveryWay) {
  ask({"submit", day_file.string()});
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
}

TEST_F(SampleDay, RepeatsWhatItRecordedTheSecondTime) {
  ask({"submit", day_file.string()});
  const auto again = lines_of(ask({"submit", day_file.string()}).out);
  const auto expected = lines_of(content_of(golden));
  ASSERT_EQ(again.size(), expected.size());
  for (std::size_t i = 0; i < again.size(); ++i) {
    if (member(expected[i], "status") != "accepted") continue;
    const bool is_reset = member(again[i], "refusal") == "credential_already_issued";
    EXPECT_TRUE(member(again[i], "repeat") == "true" || is_reset) << again[i];
    EXPECT_EQ(member(again[i], "first_position"), member(expected[i], "first_position"));
  }
}

}  // namespace
}  // namespace muniment
