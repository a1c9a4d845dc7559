// A real organization's history, where it is at hand: eight years of changes, and the complete truth at three moments from its own
// snapshots. MUNIMENT_ACCESS_HISTORY names its folder: providers.csv, changes.csv and as-of-<time>.csv.
#include <cstdlib>

#include "cli_fixture.h"

namespace muniment {
namespace {

std::filesystem::path history_folder() {
  if (const char* named = std::getenv("MUNIMENT_ACCESS_HISTORY")) return named;
  return std::filesystem::path(MUNIMENT_SOURCE) / ".." / "shared" / "data" / "access-history";
}

// 20200402T103223Z as 2020-04-02T10:32:23Z
std::string time_in(const std::string& compact) {
  return compact.substr(0, 4) + "-" + compact.substr(4, 2) + "-" + compact.substr(6, 5) + ":" + compact.substr(11, 2) + ":" +
         compact.substr(13);
}

class RealHistory : public Cli {};

TEST_F(RealHistory, AnswersAsItsOwnSnapshotsDo) {
  const std::filesystem::path data = history_folder();
  if (!std::filesystem::exists(data / "changes.csv")) GTEST_SKIP() << "no history in " << data << "; name one by MUNIMENT_ACCESS_HISTORY";
  const std::vector<std::string> import{"import",
                                        "access-history",
                                        "--providers",
                                        (data / "providers.csv").string(),
                                        (data / "changes.csv").string(),
                                        "--actor",
                                        "officer:agency",
                                        "--administrator-service",
                                        "org:admin",
                                        "-o",
                                        "json"};
  const Ran imported = ask(import);
  ASSERT_EQ(imported.code, ExitCode::ok) << imported.err;
  int snapshots = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    const std::string name = entry.path().stem().string();
    if (!name.starts_with("as-of-")) continue;
    const Ran ran = ask({"audit", "as-of", "--at", time_in(name.substr(6)), "-o", "csv"});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_TRUE(ran.out == content_of(entry.path())) << name;
    ++snapshots;
  }
  EXPECT_GT(snapshots, 0);
  const Ran again = ask(import);
  EXPECT_EQ(member(again.out, "added"), "0");
  EXPECT_EQ(member(again.out, "known_before"), member(imported.out, "rows"));
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
}

}  // namespace
}  // namespace muniment
