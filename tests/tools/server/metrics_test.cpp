#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "node_fixture.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class NodeMetrics : public WithNode {
 protected:
  std::string metrics() { return get("/metrics", ops).body; }
  // The value of a sample; not there: nothing.
  static std::optional<double> sample(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(name + " ")) return std::stod(line.substr(name.size() + 1));
    }
    return std::nullopt;
  }

  std::string ops = token(TokenRole::OPERATOR, "ops");
  std::string portal = token(TokenRole::SUBMITTER, "portal");
};

TEST_F(NodeMetrics, AreTextThatPrometheusTakesWithoutComplaint) {
  if (std::system("command -v promtool > /dev/null") != 0)
    GTEST_SKIP() << "left out: promtool is not installed (Debian package prometheus)";
  post(R"({"type":"lock_account","command_id":"r1","username":"jdoe1"})", token(TokenRole::OFFICER, "agency"));
  const std::filesystem::path file = folder / "metrics.txt";
  std::ofstream(file) << metrics();
  const std::filesystem::path complaints = folder / "complaints.txt";
  const int code = std::system(fmt::format("promtool check metrics < {} > {} 2>&1", file.string(), complaints.string()).c_str());
  std::stringstream text;
  text << std::ifstream(complaints).rdbuf();
  EXPECT_EQ(code, 0) << text.str();
}

// So that no alert waits for a number that is never there.
TEST_F(NodeMetrics, HaveEveryNameThatAnAlertRuleAsksFor) {
  post(R"({"type":"lock_account","command_id":"r1","username":"jdoe1"})", token(TokenRole::OFFICER, "agency"));
  node->metrics().count("GET /healthz", 200, std::chrono::milliseconds{1});
  node->metrics().set_tls_expiry(system_now(), system_now());
  const std::string text = metrics();
  std::stringstream rules;
  rules << std::ifstream(project_folder() / "tools/package/alerts.yml").rdbuf();
  static const std::regex name("(muniment|process)_[a-z_]+");
  const std::string all = rules.str();
  std::size_t asked = 0;
  for (std::sregex_iterator at(all.begin(), all.end(), name), end; at != end; ++at) {
    // Of a node that has witnesses, a time authority, backups (backups_test.cpp) or receivers (tests/tools/export/outside/webhook.mjs)
    // alone.
    constexpr std::array<std::string_view, 4> of_some{"witness", "time_stamp", "backup", "delivery"};
    if (std::ranges::any_of(of_some, [&](std::string_view part) { return at->str().find(part) != std::string::npos; })) continue;
    EXPECT_THAT(text, testing::ContainsRegex("\n" + at->str() + "[ {]"));
    ++asked;
  }
  EXPECT_GT(asked, 10U);
}

TEST_F(NodeMetrics, TellTheSizesOfGroupsAndTheTimesOfTheirSyncs) {
  const double groups = sample(metrics(), "muniment_group_commands_count").value();
  const double commands = sample(metrics(), "muniment_group_commands_sum").value();
  post(R"({"type":"record_sign_in","command_id":"s1","username":"jdoe1","at":"2024-01-01","success":true})", portal);
  const std::string after = metrics();
  EXPECT_EQ(sample(after, "muniment_group_commands_count"), groups + 1);
  EXPECT_EQ(sample(after, "muniment_group_commands_sum"), commands + 1);
  EXPECT_EQ(sample(after, "muniment_group_commands_bucket{le=\"+Inf\"}"), groups + 1);
  EXPECT_EQ(sample(after, "muniment_sync_seconds_count"), groups + 1);
  EXPECT_GT(sample(after, "muniment_sync_seconds_sum"), 0);
}

TEST_F(NodeMetrics, TellTheHeadTheQueueAndHowFarTheViewsAre) {
  const std::string text = metrics();
  EXPECT_EQ(sample(text, "muniment_head_position"), static_cast<double>(store->log().head(0).position));
  EXPECT_EQ(sample(text, "muniment_commands_queued"), 0);
  EXPECT_EQ(sample(text, "muniment_commands_under_way"), 0);
  for (const ProjectionKind kind : all_projections) {
    const std::string label = fmt::format("{{view=\"{}\"}}", name_of(kind));
    EXPECT_EQ(sample(text, "muniment_view_lag_events" + label), 0);
    EXPECT_EQ(sample(text, "muniment_view_lag_seconds" + label), 0);
  }
}

TEST_F(NodeMetrics, TellTheLagOfViewsThatStandStillInEventsAndSeconds) {
  store->projector().stop();
  const double before = sample(metrics(), "muniment_head_position").value();
  for (int i = 0; i < 3; ++i) {
    post(fmt::format(R"({{"type":"record_sign_in","command_id":"l{}","username":"jdoe1","at":"2024-01-01","success":true}})", i), portal);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  const std::string text = metrics();
  EXPECT_EQ(sample(text, "muniment_head_position"), before + 3);
  EXPECT_EQ(sample(text, "muniment_view_lag_events{view=\"trail\"}"), 3);
  EXPECT_GE(sample(text, "muniment_view_lag_seconds{view=\"trail\"}"), 0.02);
}

TEST_F(NodeMetrics, TellRefusalsByTheirNames) {
  post(R"({"type":"lock_account","command_id":"r1","username":"jdoe1"})", token(TokenRole::OFFICER, "agency"));
  EXPECT_EQ(sample(metrics(), "muniment_refusals_total{refusal=\"reason_required\"}"), 1);
}

TEST_F(NodeMetrics, TellOfTheProcessAndTheProgram) {
  const std::string text = metrics();
  EXPECT_GT(sample(text, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(sample(text, "process_open_fds"), 2);
  EXPECT_GT(sample(text, "process_max_fds"), 10);
  EXPECT_GE(sample(text, "process_cpu_seconds_total"), 0);
  const double now = std::chrono::duration<double>(std::chrono::nanoseconds{system_now().ns}).count();
  EXPECT_NEAR(sample(text, "process_start_time_seconds").value(), now, 3600);
  EXPECT_LE(sample(text, "process_start_time_seconds").value(), now + 1);
  EXPECT_THAT(text, testing::ContainsRegex("\nmuniment_build_info\\{version=\"[0-9.]+\"\\} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nmuniment_ready 1\n"));
}

}  // namespace
}  // namespace muniment
