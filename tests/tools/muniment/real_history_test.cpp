// Histories with the truth about some moments of them: providers.csv, changes.csv and as-of-<time>.csv. A made-up one of the project's own,
// in the names that other organizations have; and a real one, where MUNIMENT_ACCESS_HISTORY names its folder.
#include <cstdlib>

#include "cli_fixture.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

// 20200402T103223Z as 2020-04-02T10:32:23Z
std::string time_in(const std::string& compact) {
  return compact.substr(0, 4) + "-" + compact.substr(4, 2) + "-" + compact.substr(6, 5) + ":" + compact.substr(11, 2) + ":" +
         compact.substr(13);
}

class RealHistory : public Cli {
 protected:
  void answers_as_its_snapshots_do(const std::filesystem::path& data);
};

void RealHistory::answers_as_its_snapshots_do(const std::filesystem::path& data) {
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
  EXPECT_EQ(snapshots, 3);
  const Ran again = ask(import);
  EXPECT_EQ(member(again.out, "added"), "0");
  EXPECT_EQ(member(again.out, "known_before"), member(imported.out, "rows"));
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
}

TEST_F(RealHistory, AMadeUpOneAnswersAsItsSnapshotsDo) {
  answers_as_its_snapshots_do(project_folder() / "tests" / "data" / "access-history");
}

TEST_F(RealHistory, AnswersAsItsOwnSnapshotsDo) {
  const char* data = std::getenv("MUNIMENT_ACCESS_HISTORY");
  if (data == nullptr) GTEST_SKIP() << "MUNIMENT_ACCESS_HISTORY names no folder with a real history";
  answers_as_its_snapshots_do(data);
}

}  // namespace
}  // namespace muniment
