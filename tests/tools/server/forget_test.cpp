// A node erases people by itself, while it serves.
#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include "node_fixture.h"
#include "tools/store/epoch_rotation.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Forgetting : public WithNode {
 protected:
  std::string roster() { return get("/v1/audit/roster?provider=110012345A", officer).body; }
  // Far longer than it takes.
  bool is_carried_out(std::uint64_t erasures) {
    for (int tries = 0; tries < 6000; ++tries) {
      if (store->vault().erasures_done().count == erasures) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(Forgetting, CarriesOutWhatIsRecordedAndGivesAReceipt) {
  tell(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","reason":"left","username":"jdoe1"})");
  EXPECT_THAT(roster(), AllOf(HasSubstr("Doe"), HasSubstr("known")));
  const Response erased = post(
      R"({"type":"erase_subject","command_id":"e1","username":"jdoe1","reason":"asked_for","reference":"DSR-7","legal_ground":"court_order"})",
      officer);
  EXPECT_EQ(erased.status, 200U) << erased.body;
  EXPECT_THAT(member(erased.body, "receipt"), HasSubstr("The username stays"));
  ASSERT_TRUE(is_carried_out(1));
  EXPECT_THAT(roster(), AllOf(HasSubstr("erased"), HasSubstr("jdoe1"), Not(HasSubstr("Doe"))));
  EXPECT_TRUE(node->why_not_ready().empty());
}

TEST_F(Forgetting, IsInTheMetricsAndTheStatsUntilItIsCompleteEverywhere) {
  const std::string ops = token(TokenRole::OPERATOR, "ops");
  EXPECT_THAT(get("/metrics", ops).body,
              AllOf(HasSubstr("\nmuniment_erasures_pending 0\n"), HasSubstr("\nmuniment_erasures_incomplete 0\n")));
  tell(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","reason":"left","username":"jdoe1"})");
  post(
      R"({"type":"erase_subject","command_id":"e1","username":"jdoe1","reason":"asked_for","reference":"DSR-7","legal_ground":"court_order"})",
      officer);
  ASSERT_TRUE(is_carried_out(1));
  const std::int64_t due = epoch_ends_at(store->log()).ns / 1'000'000'000;
  EXPECT_THAT(get("/metrics", ops).body,
              AllOf(HasSubstr("\nmuniment_erasures_pending 0\n"), HasSubstr("\nmuniment_erasures_incomplete 1\n"),
                    HasSubstr("\nmuniment_epoch_due_seconds " + std::to_string(due) + "\n")));
  const std::string stats = get("/v1/stats", officer).body;
  EXPECT_EQ(member(stats, "erasures.recorded"), "1");
  EXPECT_EQ(member(stats, "erasures.pending"), "0");
  EXPECT_EQ(member(stats, "erasures.incomplete_in_copies"), "1");
  EXPECT_EQ(member(stats, "erasures.complete_by"), epoch_ends_at(store->log()).text());
}

TEST_F(Forgetting, IsInTheMetricsWhileItCannotBeCarriedOut) {
  const auto is_failing = std::make_shared<std::atomic<bool>>(true);
  node.reset();
  store->close();
  store = std::make_unique<Store>(folder, StoreOptions{.on_step = [is_failing](std::string_view step) {
                                    if (*is_failing && step == "destroy the keys") throw std::runtime_error("the disk is full");
                                  }});
  node = std::make_unique<Node>(*store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}});
  const std::string ops = token(TokenRole::OPERATOR, "ops");
  const auto shows = [&](const std::string& sample) {
    for (int tries = 0; tries < 6000; ++tries) {
      if (get("/metrics", ops).body.contains("\n" + sample + "\n")) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  };
  EXPECT_TRUE(shows("muniment_erasing_failed 0"));
  tell(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","reason":"left","username":"jdoe1"})");
  const Response erased = post(
      R"({"type":"erase_subject","command_id":"e1","username":"jdoe1","reason":"asked_for","reference":"DSR-7","legal_ground":"court_order"})",
      officer);
  EXPECT_THAT(member(erased.body, "receipt"), testing::StartsWith("The erasure is recorded. The key"));
  EXPECT_TRUE(shows("muniment_erasing_failed 1"));
  EXPECT_TRUE(shows("muniment_erasures_pending 1"));
  *is_failing = false;
  EXPECT_TRUE(is_carried_out(1));
  EXPECT_TRUE(shows("muniment_erasing_failed 0"));
}

TEST_F(Forgetting, IsForOfficersAlone) {
  const Response refused = post(R"({"type":"erase_subject","command_id":"e1","username":"jdoe1","reason":"asked_for","reference":"DSR-7"})",
                                token(TokenRole::ACCOUNT, "mhughes1"));
  EXPECT_EQ(problem_of(refused), "agency_only");
}

}  // namespace
}  // namespace muniment
