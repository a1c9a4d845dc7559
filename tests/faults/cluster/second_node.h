// Another node of the same log: a copy of the store's folder from before anything happened, which takes over once the lease is over.
#pragma once

#include "tests/faults/cluster/cluster_fixture.h"

namespace muniment::faults {

class TwoNodes : public OnCluster {
 protected:
  void SetUp() override {
    OnCluster::SetUp();
    if (cluster_ == nullptr) return;
    ::kill(node_->process(), SIGTERM);
    ASSERT_EQ(node_->wait(), 0) << node_says();
    std::filesystem::copy(store_, second_store_, std::filesystem::copy_options::recursive);
    start();
  }
  void TearDown() override {
    second_.reset();
    OnCluster::TearDown();
  }

  // Tries until the lease is over.
  void take_over() {
    for (int tries = 0; tries < 60; ++tries) {
      second_ = std::make_unique<Served>(second_store_);
      if (second_->port != 0) return;
      std::this_thread::sleep_for(500ms);
    }
    FAIL() << "the second node does not get the lease";
  }
  // The second takes over from the first, which is stopped past its lease and then goes on, and is asked before anything else happens.
  // Whether it acknowledges.
  bool former_acknowledges(const std::string& command_id) {
    ::kill(node_->process(), SIGSTOP);
    take_over();
    ::kill(node_->process(), SIGCONT);
    return clients_->locks_an_account(node_->port, command_id, true) || clients_->locks_an_account(node_->port, command_id + "-2", false);
  }
  const std::filesystem::path second_store_ = folder_ / "second";
  std::unique_ptr<Served> second_;
};

}  // namespace muniment::faults
