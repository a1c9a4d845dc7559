// What every change is held to of a cluster: the machine of the primary dies under a node and its clients, and nothing is lost of it. The
// other faults are in cluster_faults.cpp, which tools/faults runs.
#include "tests/faults/cluster/cluster_fixture.h"

namespace muniment::faults {
namespace {

TEST_F(OnCluster, KeepsWhatWasAcknowledgedWhenTheLeadersMachineDies) {
  int leader = 0;
  suffer(
      "kill -9 of the leader's machine", 11s,
      [&] {
        leader = cluster_->leader();
        cluster_->kill(Cluster::Part::node, leader);
      },
      [&] {
        EXPECT_NE(cluster_->leader(), leader);
        cluster_->start_again(Cluster::Part::node, leader);
      });
}

}  // namespace
}  // namespace muniment::faults
