// Every fault of a cluster that can be made here, MUNIMENT_CLUSTER_TIMES times each (one where nothing is said): tools/faults runs it.
#include <fcntl.h>
#include <sched.h>

#include "tests/faults/cluster/cluster_fixture.h"
#include "tests/faults/cluster/second_node.h"

namespace muniment::faults {
namespace {

using Part = Cluster::Part;

TEST_F(OnCluster, LeadersMachineDies) {
  int leader = 0;
  suffer(
      "kill -9 of the leader's machine (Patroni and its server)", 16s,
      [&] {
        leader = cluster_->leader();
        cluster_->kill(Part::node, leader);
      },
      [&] { cluster_->start_again(Part::node, leader); });
}

TEST_F(OnCluster, OperatorMovesTheLeader) {
  suffer("a switchover by Patroni, as for maintenance", 14s, [&] { cluster_->make_leader(cluster_->synchronous_standby()); }, [] {});
}

TEST_F(OnCluster, LeadersPostmasterDies) {
  suffer("kill -9 of the leader's postmaster", 16s, [&] { cluster_->kill(Part::postmaster, cluster_->leader()); }, [] {});
}

// Nobody tells the server that it is the primary no more. What it goes on sending to the third machine may put that ahead of the new
// primary, behind which it then cannot be: commits wait until somebody starts Patroni again.
TEST_F(OnCluster, LeadersPatroniDiesAndItsServerLivesOn) {
  suffer(
      "kill -9 of the leader's Patroni alone: a primary that lives on for 15 s", 26s,
      [&] {
        const int leader = cluster_->leader();
        cluster_->kill(Part::patroni, leader);
        std::this_thread::sleep_for(15s);
        EXPECT_NE(cluster_->leader(), leader);
        cluster_->start_again(Part::node, leader);
      },
      [] {});
}

TEST_F(OnCluster, StandbyThatCommitsWaitForDies) {
  int standby = 0;
  suffer(
      "kill -9 of the synchronous standby's machine", 12s,
      [&] {
        standby = cluster_->synchronous_standby();
        cluster_->kill(Part::node, standby);
      },
      [&] { cluster_->start_again(Part::node, standby); });
}

TEST_F(OnCluster, LeaderOfEtcdDies) {
  int leader = 0;
  suffer(
      "kill -9 of etcd's leader", 12s,
      [&] {
        leader = cluster_->etcd_leader();
        cluster_->kill(Part::etcd, leader);
      },
      [&] { cluster_->start_again(Part::etcd, leader); });
}

TEST_F(OnCluster, LeaderIsStoppedForLongerThanItsTimeToLive) {
  suffer(
      "SIGSTOP of the leader (Patroni and its server) for 12 s, twice its time to live", 20s,
      [&] {
        const int leader = cluster_->leader();
        cluster_->signal(Part::node, leader, SIGSTOP);
        std::this_thread::sleep_for(12s);
        cluster_->signal(Part::node, leader, SIGCONT);
      },
      [] {});
}

// Who comes back must be the one that commits waited for.
TEST_F(OnCluster, StandbysDieAndThenTheLeaderAndOnlyTheStandbysComeBack) {
  int leader = 0;
  suffer(
      "kill -9 of both standbys and then of the leader, and only the standbys come back", 24s,
      [&] {
        leader = cluster_->leader();
        const int standby = cluster_->synchronous_standby();
        const int other = Cluster::third(leader, standby);
        cluster_->kill(Part::node, standby);
        cluster_->kill(Part::node, other);
        std::this_thread::sleep_for(1s);
        cluster_->kill(Part::node, leader);
        cluster_->start_again(Part::node, standby);
        cluster_->start_again(Part::node, other);
      },
      [&] { cluster_->start_again(Part::node, leader); });
}

// As long as nothing says where Patroni is.
class WithoutPatroni : public OnCluster {
 protected:
  bool has_patroni() const override { return false; }
};

TEST_F(WithoutPatroni, LeadersPatroniDiesAndItsServerLivesOn) {
  suffer(
      "kill -9 of the leader's Patroni alone, for 15 s, and the node is not told where Patroni answers", 26s,
      [&] {
        const int leader = cluster_->leader();
        cluster_->kill(Part::patroni, leader);
        std::this_thread::sleep_for(15s);
        cluster_->start_again(Part::node, leader);
      },
      [] {});
}

TEST_F(TwoNodes, SequencerIsStoppedPastItsLease) {
  row_.fault = "SIGSTOP of the node that appends, past its lease, while another takes over";
  for (int i = 0; i < number_from("MUNIMENT_CLUSTER_TIMES", 1); ++i) {
    cluster_->wait_until_whole();
    const auto seed = static_cast<unsigned>(1000 * (i + 1));
    const ClientHistory history = clients_->round(seed, 24s, [&] {
      std::this_thread::sleep_for(2s);
      ::kill(node_->process(), SIGSTOP);
      take_over();
      clients_->go_to(second_->port);
      std::this_thread::sleep_for(1s);
      ::kill(node_->process(), SIGCONT);
    });
    EXPECT_FALSE(clients_->locks_an_account(node_->port, fmt::format("former-{}", i), true));
    EXPECT_EQ(node_->wait(), 7) << node_says();
    look_at(history, seed);
    if (HasFatalFailure()) return;
    ::kill(second_->process(), SIGTERM);
    ASSERT_EQ(second_->wait(), 0);
    start();
  }
  verify();
}

TEST_F(TwoNodes, FormerSequencerAcknowledgesNothing) { EXPECT_FALSE(former_acknowledges("former")); }

// Machines that are network namespaces, of which the first has a small disk. From here on this program is in a namespace of its own.
class Links : public OnCluster {
 protected:
  static void SetUpTestSuite() {
    if (::unshare(CLONE_NEWNET) != 0) return;
    links_ = Cluster::start(std::filesystem::temp_directory_path() / fmt::format("muniment_links_{}", ::getpid()),
                            {.has_links = true, .first_disk = "400m"});
  }
  static void TearDownTestSuite() { links_.reset(); }
  Cluster* cluster() override {
    if (links_ == nullptr) report_left_out("links that are cut, and a full disk", "no network namespaces or mounts here, or no cluster");
    return links_.get();
  }
  static constexpr int here = 254;

  static std::unique_ptr<Cluster> links_;
};
std::unique_ptr<Cluster> Links::links_;

TEST_F(Links, LeadersDiskIsFull) {
  const std::filesystem::path filler = links_ == nullptr ? "" : links_->disk(1) / "filler";
  if (links_ != nullptr) links_->make_leader(1);
  suffer(
      "a full disk of the leader for 15 s", 22s,
      [&] {
        const int file = ::open(filler.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        const std::string block(1 << 20, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        ::close(file);
        std::this_thread::sleep_for(15s);
        std::filesystem::remove(filler);
      },
      [&] { cluster_->make_leader(1); });
}

TEST_F(Links, LeadersMachineIsCutOff) {
  suffer(
      "the leader's link cut, both directions, for 12 s", 20s,
      [&] {
        cluster_->cut(cluster_->leader());
        std::this_thread::sleep_for(12s);
        cluster_->mend_links();
      },
      [] {});
}

TEST_F(Links, LeaderIsNotHeard) {
  suffer(
      "the leader's link cut in one direction: it hears and is not heard, for 12 s", 20s,
      [&] {
        const int leader = cluster_->leader();
        for (const int to : {1, 2, 3, here}) {
          if (to != leader) cluster_->silence(leader, to);
        }
        std::this_thread::sleep_for(12s);
        cluster_->mend_links();
      },
      [] {});
}

TEST_F(Links, LeaderDoesNotHearTheOthers) {
  suffer(
      "the others' links to the leader cut in one direction, for 12 s; the node reaches it", 20s,
      [&] {
        const int leader = cluster_->leader();
        for (const int from : {1, 2, 3}) {
          if (from != leader) cluster_->silence(from, leader);
        }
        std::this_thread::sleep_for(12s);
        cluster_->mend_links();
      },
      [] {});
}

TEST_F(Links, LeaderIsPartedFromTheOthersAndTheNodeReachesIt) {
  suffer(
      "the links between the leader and the other machines cut for 12 s; the node reaches all", 20s,
      [&] {
        const int leader = cluster_->leader();
        for (const int other : {1, 2, 3}) {
          if (other == leader) continue;
          cluster_->silence(leader, other);
          cluster_->silence(other, leader);
        }
        std::this_thread::sleep_for(12s);
        cluster_->mend_links();
      },
      [] {});
}

}  // namespace
}  // namespace muniment::faults
