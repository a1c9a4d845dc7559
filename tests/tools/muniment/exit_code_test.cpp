#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "cli_fixture.h"
#include "tools/muniment/cli.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ExitCodes : public Cli {};

TEST_F(ExitCodes, AreTheOnesThatTheDocumentationGives) {
  EXPECT_EQ(static_cast<int>(ExitCode::ok), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::failure), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::not_found), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::refused), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::denied), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::unavailable), 6);
  EXPECT_EQ(static_cast<int>(ExitCode::start_again), 7);
  EXPECT_EQ(static_cast<int>(ExitCode::integrity), 10);
  EXPECT_EQ(static_cast<int>(ExitCode::findings), 11);
}

TEST_F(ExitCodes, HelpAndVersionAreAnswers) {
  EXPECT_EQ(run({"--version"}).code, ExitCode::ok);
  EXPECT_THAT(run({"--version"}).out, testing::MatchesRegex("muniment [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(run({"--help"}).code, ExitCode::ok);
  EXPECT_THAT(run({"audit", "as-of", "--help"}).out, HasSubstr("--recorded-at"));
}

TEST_F(ExitCodes, WhatIsNoCommandLineIsUsage) {
  EXPECT_EQ(run({}).code, ExitCode::usage);
  EXPECT_EQ(run({"frobnicate"}).code, ExitCode::usage);
  EXPECT_EQ(run({"stats", "--nonsense"}).code, ExitCode::usage);
  const Ran ran = run({"stats"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("--store DIR, or MUNIMENT_STORE"));
}

TEST_F(ExitCodes, AWrongCommandLineIsToldAsAnError) {
  EXPECT_THAT(run({}).err, testing::StartsWith("muniment: error: A subcommand is required"));
  EXPECT_THAT(run({"audit"}).err, testing::StartsWith("muniment: error: "));
  EXPECT_THAT(run({"stats", "--nonsense"}).err, AllOf(testing::StartsWith("muniment: error: "), HasSubstr("--help")));
  EXPECT_EQ(run({"stats", "--nonsense"}).out, "");
}

TEST_F(ExitCodes, AnAnswerThatCannotBeWrittenIsAFailure) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--version"}, {"--help"}, {"completion", "bash"}, {"--store", store.string(), "stats"}}) {
    std::istringstream in;
    std::ofstream out("/dev/full");
    std::ostringstream err;
    Console console{.in = in, .out = out, .err = err};
    EXPECT_EQ(run_cli(arguments, console), ExitCode::failure) << arguments[0];
    EXPECT_THAT(err.str(), HasSubstr("could not be written"));
  }
}

TEST_F(ExitCodes, TheStoreMayBeNamedByTheEnvironmentAndStandAnywhere) {
  ::setenv("MUNIMENT_STORE", store.c_str(), 1);
  EXPECT_EQ(run({"stats"}).code, ExitCode::ok);
  ::unsetenv("MUNIMENT_STORE");
  EXPECT_EQ(run({"stats", "--store", store.string()}).code, ExitCode::ok);
  EXPECT_EQ(run({"audit", "as-of", "--store", store.string()}).code, ExitCode::ok);
}

TEST_F(ExitCodes, WhatIsNoStoreIsNotFound) {
  EXPECT_EQ(run({"--store", (folder / "nothing").string(), "stats"}).code, ExitCode::not_found);
  EXPECT_EQ(run({"--store", folder.string(), "stats"}).code, ExitCode::not_found);
}

TEST_F(ExitCodes, ADamagedMarkerIsDamage) {
  write_file(store / "STORE", "muniment store\nformat one\n");
  const Ran ran = ask({"stats"});
  EXPECT_EQ(ran.code, ExitCode::integrity);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("STORE is damaged"), HasSubstr("restore it from a backup")));
}

TEST_F(ExitCodes, AStoreThatIsHeldIsUnavailableAndItsHolderNamed) {
  const Store held(store, {.holder = "the node of this test"});
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"stats"}, {"submit", "-"}, {"audit", "as-of"}}) {
    const Ran ran = ask(arguments);
    EXPECT_EQ(ran.code, ExitCode::unavailable);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("the node of this test"), HasSubstr("is held by")));
    EXPECT_EQ(ran.out, "");
  }
}

TEST_F(ExitCodes, AStoreWithoutItsEpochKeyIsUnavailable) {
  std::filesystem::remove_all(store / "keys");
  EXPECT_EQ(ask({"stats"}).code, ExitCode::unavailable);
}

TEST_F(ExitCodes, ADamagedVaultIsDamage) {
  for (const auto& entry : std::filesystem::directory_iterator(store / "vault")) {
    if (entry.path().extension() == ".sst") write_file(entry.path(), "no table");
  }
  EXPECT_EQ(ask({"stats"}).code, ExitCode::integrity);
}

TEST_F(ExitCodes, ANewerStoreIsRefusedWithWhatItNeeds) {
  write_marker(store, {.format = 99, .oldest_reader = 98});
  const Ran ran = ask({"stats"});
  EXPECT_EQ(ran.code, ExitCode::failure);
  EXPECT_THAT(ran.err, HasSubstr("needs a program that reads format 98 or newer"));
}

TEST_F(ExitCodes, AStoreWhoseLogIsBehindItsDurableHeadIsDamaged) {
  submit(small_story());
  // A copy of the log as it was before, put in the place of the one that is.
  std::filesystem::copy(store / "log", folder / "earlier", std::filesystem::copy_options::recursive);
  submit(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2026"})"
         "\n");
  EXPECT_EQ(ask({"stats"}).code, ExitCode::ok);
  std::filesystem::remove_all(store / "log");
  std::filesystem::rename(folder / "earlier", store / "log");
  const Ran ran = ask({"stats"});
  EXPECT_EQ(ran.code, ExitCode::integrity) << ran.err;
  EXPECT_EQ(ran.out, "");
}

}  // namespace
}  // namespace muniment
