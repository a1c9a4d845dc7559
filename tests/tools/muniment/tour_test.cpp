// What the auditor's desk finds in a history, counted a second time by a few lines of Python from the CSV alone: in the made-up history of
// the project's own, and in a real one where MUNIMENT_ACCESS_HISTORY names its folder. docs/tour.md shows the counts of that one.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "cli_fixture.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::HasSubstr;

const std::filesystem::path repository = project_folder();

struct Counted {
  std::uint64_t findings = 0;
  std::uint64_t events = 0;  // Of acts that gather several; else as many.

  bool operator==(const Counted&) const = default;
};
using Counts = std::map<std::string, Counted>;

class Tour : public Cli {
 protected:
  void import_history(const std::filesystem::path& data) {
    const Ran imported = ask({"import", "access-history", "--providers", (data / "providers.csv").string(), (data / "changes.csv").string(),
                              "--actor", "officer:agency", "--administrator-service", "org:admin"});
    ASSERT_EQ(imported.code, ExitCode::ok) << imported.err;
  }

  // Of the rules that Python counts too.
  Counts found_by_the_desk() {
    const std::set<std::string> gathering{"authority_unknown", "mass_changes", "out_of_hours"};
    Counts out;
    for (const char* rule : {"authority_unknown", "granted_again", "granted_without_authority", "mass_changes", "out_of_hours",
                             "self_granted", "self_requested", "short_grant"}) {
      const Ran ran = ask({"audit", "findings", "--rule", rule, "--since", "1970-01-01", "-o", "ndjson"});
      for (const std::string& line : lines_of(ran.out)) {
        Counted& counted = out[rule];
        ++counted.findings;
        counted.events += gathering.contains(rule) ? std::stoull(member(line, "count")) : 1;
        if (rule == std::string{"self_requested"} && member(line, "other") == "administrator") {
          ++out["self_requested_administrator"].findings;
          ++out["self_requested_administrator"].events;
        }
      }
    }
    return out;
  }

  // `rule findings events` a line.
  static Counts counted_by_python(const std::filesystem::path& data) {
    const std::string command =
        "python3 '" + (repository / "tests/tools/muniment/tour.py").string() + "' '" + data.string() + "' org:admin";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    Counts out;
    char rule[64];
    Counted counted;
    while (std::fscanf(pipe, "%63s %lu %lu", rule, &counted.findings, &counted.events) == 3) out[rule] = counted;
    EXPECT_EQ(::pclose(pipe), 0);
    return out;
  }

  void finds_what_python_counts(const std::filesystem::path& data) {
    import_history(data);
    const Counts found = found_by_the_desk();
    const Counts counted = counted_by_python(data);
    EXPECT_GT(counted.size(), 2U);
    for (const auto& [rule, expected] : counted) {
      const auto got = found.find(rule);
      ASSERT_NE(got, found.end()) << rule;
      EXPECT_EQ(got->second.findings, expected.findings) << rule;
      EXPECT_EQ(got->second.events, expected.events) << rule;
    }
    EXPECT_EQ(found.size(), counted.size());
  }
};

TEST_F(Tour, OfTheMadeUpHistoryFindsWhatPythonCounts) { finds_what_python_counts(repository / "tests" / "data" / "access-history"); }

TEST_F(Tour, OfTheRealHistoryFindsWhatPythonCountsAndTheDocumentationSays) {
  const char* data = std::getenv("MUNIMENT_ACCESS_HISTORY");
  if (data == nullptr) GTEST_SKIP() << "MUNIMENT_ACCESS_HISTORY names no folder with a real history";
  finds_what_python_counts(data);
  const std::string page = content_of(repository / "docs" / "tour.md");
  for (const auto& [rule, counted] : found_by_the_desk())
    EXPECT_THAT(page, HasSubstr("| `" + rule + "` | " + std::to_string(counted.findings) + " | " + std::to_string(counted.events) + " |"));
}

}  // namespace
}  // namespace muniment
