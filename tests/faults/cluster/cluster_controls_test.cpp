// The suites' own controls: the same faults with a protection off have to be found wrong. Its node is the one of unguarded.cpp.
#include <algorithm>

#include "tests/faults/cluster/cluster_fixture.h"
#include "tests/faults/cluster/second_node.h"

namespace muniment::faults {
namespace {

using Part = Cluster::Part;

TEST_F(TwoNodes, WithoutTheTokenAFormerSequencerAcknowledges) {
  ::setenv("MUNIMENT_UNGUARDED", "token", 1);
  node_.reset();
  start();
  const bool is_red = former_acknowledges("former");
  ::unsetenv("MUNIMENT_UNGUARDED");
  report_control("a cluster: the lease's token is not compared, and the node that appends is stopped past its lease", is_red);
  EXPECT_TRUE(is_red);
}

// Commits wait for nobody: what the leader alone had is gone with it.
class Asynchronous : public OnCluster {
 protected:
  static void SetUpTestSuite() {
    cluster_of_suite_ = Cluster::start(std::filesystem::temp_directory_path() / fmt::format("muniment_asynchronous_{}", ::getpid()),
                                       {.is_synchronous = false});
  }
  static void TearDownTestSuite() { cluster_of_suite_.reset(); }
  Cluster* cluster() override { return cluster_of_suite_.get(); }
  std::chrono::milliseconds patience() const override { return 1s; }
  void TearDown() override {
    if (cluster_ == nullptr) return;
    OnCluster::TearDown();
    ::unsetenv("MUNIMENT_UNGUARDED");
    cluster_->start_again(Part::node, former_leader_);
    cluster_->wait_until_whole();
  }

  // As in cluster_faults_test.cpp, and then the node is started again.
  ClientHistory lose() {
    const ClientHistory history = clients_->round(1000, 4s, [&] {
      std::this_thread::sleep_for(1s);
      former_leader_ = cluster_->leader();
      for (int machine = 1; machine <= Cluster::machines; ++machine) {
        if (machine != former_leader_) cluster_->kill(Part::node, machine);
      }
      std::this_thread::sleep_for(1500ms);
      cluster_->kill(Part::node, former_leader_);
    });
    for (int machine = 1; machine <= Cluster::machines; ++machine) {
      if (machine != former_leader_) cluster_->start_again(Part::node, machine);
    }
    EXPECT_NE(cluster_->leader(), former_leader_);
    ::kill(node_->process(), SIGKILL);
    node_ = std::make_unique<Served>(store_);
    return history;
  }

  int former_leader_ = 0;
  static std::unique_ptr<Cluster> cluster_of_suite_;
};
std::unique_ptr<Cluster> Asynchronous::cluster_of_suite_;

TEST_F(Asynchronous, LosesAndTheFenceKeepsTheNodeFromGoingOn) {
  const ClientHistory history = lose();
  EXPECT_EQ(node_->port, 0);
  EXPECT_EQ(node_->wait(), 10);
  EXPECT_NE(node_says().find("recorded events are missing"), std::string::npos) << node_says();
  report_control("a cluster: commits wait for no standby (the node stops, and says which events are missing)", node_->port == 0);
}

TEST_F(Asynchronous, LosesAndWithoutTheFenceTheNodeGoesOn) {
  ::setenv("MUNIMENT_UNGUARDED", "fence", 1);
  const ClientHistory history = lose();
  std::string wrong = "the node did not start";
  if (node_->port != 0) {
    clients_->go_to(node_->port);
    const FinalLog log = clients_->read_log();
    wrong = judge(history, log);
    const Tally found = tally(history, log);
    fmt::print("{} acknowledged, {} lost: {}\n", found.acknowledged, found.lost, wrong);
    EXPECT_GT(found.lost, 0U);
  }
  report_control("a cluster: commits wait for no standby, and what is connected to is not compared with what was seen", !wrong.empty());
  EXPECT_NE(wrong, "");
}

}  // namespace
}  // namespace muniment::faults
