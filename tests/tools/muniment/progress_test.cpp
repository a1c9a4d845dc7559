#include "tools/muniment/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "cli_fixture.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

// What stands on `err` after work of some time.
std::string shown(bool on_terminal, std::chrono::milliseconds time, std::uint64_t total) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err, .err_is_terminal = on_terminal};
  {
    Progress progress(console, "events", total);
    std::this_thread::sleep_for(time);
    progress.look(500);
  }
  EXPECT_EQ(out.str(), "");
  return err.str();
}

TEST(Progress, ShowsABarTheRateAndTheTimeLeftOnATerminal) {
  const std::string text = shown(true, std::chrono::milliseconds(1100), 1000);
  EXPECT_THAT(text, testing::HasSubstr("[###############...............]  50%  500 events"));
  EXPECT_THAT(text, testing::ContainsRegex("/s, 0:0[12] left"));
  // And takes it away.
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST(Progress, ShowsACountWhereTheEndIsNotKnown) {
  EXPECT_THAT(shown(true, std::chrono::milliseconds(1100), 0), testing::HasSubstr("500 events, "));
}

TEST(Progress, SaysNothingOfWhatIsDoneSoonOrWithoutATerminal) {
  EXPECT_EQ(shown(true, std::chrono::milliseconds(0), 1000), "");
  EXPECT_EQ(shown(false, std::chrono::milliseconds(1100), 1000), "");
}

TEST(ProgressOfWork, ShowsOnePieceOfWorkAfterAnother) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err, .err_is_terminal = true, .quiet_time = {}};
  ProgressOfWork progress(console);
  const OnProgress tell = progress.hook();
  tell("records copied", 1, 4);
  tell("records verified", 2, 4);
  EXPECT_THAT(err.str(), testing::HasSubstr(" 25%  1 records copied"));
  EXPECT_THAT(err.str(), testing::HasSubstr(" 50%  2 records verified"));
  progress.end();
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K"));
}

// What each subcommand shows that may take over a second, where the terminal does not wait for that second.
class ProgressOnATerminal : public Cli {
 protected:
  ProgressOnATerminal() { submit(small_story()); }

  void shows(std::vector<std::string> arguments, const std::vector<std::string>& expected) {
    arguments.insert(arguments.begin(), {"--store", store.string()});
    const Ran ran = run_impatiently(arguments);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    for (const std::string& what : expected) EXPECT_THAT(ran.err, testing::HasSubstr(what));
  }
  std::string file(const char* name) const { return (folder / name).string(); }
};

TEST_F(ProgressOnATerminal, TellsOfTheIndexThatIsMadeAgainAfterAKill) {
  {
    Store killed(store);
  }  // Never closed.
  shows({"stats"}, {"records indexed, "});
  {
    Store killed(store);
  }
  EXPECT_THAT(ask({"stats"}).err, testing::Not(testing::HasSubstr("records indexed"))) << "without a terminal nothing is shown";
}

TEST_F(ProgressOnATerminal, TellsOfExports) {
  shows({"export", "trail", "--format", "csv", "--out", file("trail.csv")}, {" rows, ", " left"});
  shows({"export", "report", "--out", file("report.html")}, {" rows, "});
  shows({"export", "log", file("log")}, {" events, ", " left"});
}

TEST_F(ProgressOnATerminal, TellsOfBackupsAndRestores) {
  shows({"backup", "log", file("backups")}, {" bytes copied, "});
  shows({"backup", "vault", file("vault")}, {" bytes copied, "});
  shows({"restore", "log", file("backups"), "--position", "13", "--accept-loss", "a test"},
        {"records checked, ", "records copied, ", "records verified, "});
  shows({"restore", "vault", file("vault")}, {"keys opened, "});
}

TEST_F(ProgressOnATerminal, TellsOfTheEndOfAnEpoch) { shows({"keys", "rotate-epoch"}, {"keys wrapped, "}); }

TEST_F(ProgressOnATerminal, TellsOfAnImportWhileItReadsChecksAndRecords) {
  write_file(folder / "providers.csv", "provider,name\n110000001A,North\n");
  write_file(folder / "changes.csv",
             "occurred_at,reference,actor,requested_by,action,provider,username,service\n2020-01-01,r,b,l,grant,110000001A,ann,s\n");
  shows({"import", "access-history", "--providers", file("providers.csv"), file("changes.csv"), "--actor", "officer:agency"},
        {" lines, ", " rows checked, ", " rows, "});
}

TEST(Progress, WritesTimesAndNumbersShort) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(62), "1:02");
  EXPECT_EQ(clock_text(3 * 3600 + 12), "3:00:12");
  EXPECT_EQ(short_number(912), "912");
  EXPECT_EQ(short_number(41'234), "41.2k");
  EXPECT_EQ(short_number(3'940'000), "3.9M");
  EXPECT_EQ(short_number(2.5e9), "2.5G");
}

}  // namespace
}  // namespace muniment
