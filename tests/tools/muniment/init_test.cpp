#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class Init : public Cli {};

TEST_F(Init, MakesAStoreWithAnOfficerAndTheCatalogue) {
  const Ran events = ask({"events", "-o", "csv"});
  EXPECT_EQ(events.code, ExitCode::ok) << events.err;
  EXPECT_THAT(events.out, HasSubstr("officer_appointed,node,node,,,agency"));
  EXPECT_EQ(lines_of(events.out).size(), 1u + 11);  // The heading, the store, the officer, nine services.
}

TEST_F(Init, FoldsTheOfficersName) {
  EXPECT_EQ(run({"init", (folder / "other").string(), "--officer", "R.Kelly"}).code, ExitCode::ok);
  EXPECT_THAT(run({"--store", (folder / "other").string(), "events"}).out, HasSubstr("\"officer\":\"r.kelly\""));
}

TEST_F(Init, RecordsThatUsernamesAreNeutral) {
  EXPECT_EQ(run({"init", (folder / "other").string(), "--neutral-usernames"}).code, ExitCode::ok);
  EXPECT_THAT(run({"--store", (folder / "other").string(), "events"}).out, HasSubstr("\"neutral_usernames\":true"));
  EXPECT_THAT(ask({"events"}).out, HasSubstr("\"neutral_usernames\":false"));
}

TEST_F(Init, NamesTheOfficerAfterWhoRunsIt) {
  const Ran made = run({"init", (folder / "other").string()});
  EXPECT_EQ(made.code, ExitCode::ok) << made.err;
  EXPECT_THAT(made.err, HasSubstr("its first enrolment officer is officer:"));
}

TEST_F(Init, LeavesAFolderAloneThatHoldsSomething) {
  write_file(folder / "notes", "mine");
  EXPECT_EQ(run({"init", folder.string()}).code, ExitCode::refused);
  EXPECT_EQ(run({"init", store.string()}).code, ExitCode::refused);
  EXPECT_EQ(content_of(folder / "notes"), "mine");
}

TEST_F(Init, GoesOnWhereItWasKilled) {
  const auto other = folder / "other";
  std::filesystem::create_directories(other / "log");
  write_file(other / "INITIALIZING", "");
  EXPECT_EQ(run({"--store", other.string(), "stats"}).code, ExitCode::not_found);
  EXPECT_THAT(run({"--store", other.string(), "stats"}).err, HasSubstr("run `muniment init` on it again"));
  EXPECT_EQ(run({"init", other.string(), "--officer", "agency"}).code, ExitCode::ok);
  EXPECT_EQ(run({"--store", other.string(), "services"}).code, ExitCode::ok);
}

TEST_F(Init, MakesNothingInADryRun) {
  const Ran ran = run({"init", (folder / "other").string(), "--officer", "agency", "--dry-run"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_THAT(ran.err, HasSubstr("dry run: would make a store"));
  EXPECT_FALSE(std::filesystem::exists(folder / "other"));
  EXPECT_EQ(run({"init", store.string(), "--dry-run"}).code, ExitCode::refused);
}

TEST_F(Init, WantsANameThatAnOfficerMayHave) {
  const Ran ran = run({"init", (folder / "other").string(), "--officer", "the officer"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("--officer: expected"));
  EXPECT_FALSE(std::filesystem::exists(folder / "other"));
}

}  // namespace
}  // namespace muniment
