// A node whose log is on the tests' cluster, its clients, and the judge of what they were told.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "../../tools/server/served.h"
#include "tests/faults/clients/judge.h"
#include "tests/faults/clients/node_clients.h"
#include "tests/faults/cluster/cluster.h"
#include "tests/faults/process/process.h"
#include "tests/faults/report/report.h"
#include "tools/store/log_move.h"
#include "tools/store/store.h"

namespace muniment::faults {

using namespace std::chrono_literals;

inline int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

class OnCluster : public testing::Test {
 protected:
  void SetUp() override {
    cluster_ = cluster();
    if (cluster_ == nullptr) GTEST_SKIP() << no_cluster;
    cluster_->wait_until_whole();  // Also where the test before has left it otherwise.
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Store::create(store_, "agency");
    move_log_to_database({.store = store_, .url = cluster_->fresh(has_patroni())});
    clients_ = std::make_unique<NodeClients>(
        store_, ClientHabits{.rest_max = 60ms, .retry_after = 50ms, .patience = patience(), .hangs_up_one_in = 16, .gives_up_one_in = 0});
    start();
    clients_->prepare();
  }
  void TearDown() override {
    node_.reset();
    std::filesystem::remove_all(folder_);
    if (row_.times > 0) report_of_cluster(row_);
  }

  virtual Cluster* cluster() { return Cluster::shared(); }
  virtual std::chrono::milliseconds patience() const { return 90s; }
  // Whether the node's URL says where Patroni answers.
  virtual bool has_patroni() const { return true; }

  void start() {
    node_ = std::make_unique<Served>(store_);
    ASSERT_NE(node_->port, 0) << node_says();
    clients_->go_to(node_->port);
  }
  std::string node_says() const { return run_process("/usr/bin/tail", {"-n", "5", store_.string() + ".log"}).output; }
  bool is_alive(const Served& node) const {
    siginfo_t ended{};
    return ::waitid(P_PID, static_cast<id_t>(node.process()), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0;
  }

  // Each time clients ask for so long, while something happens to the cluster, which is mended afterwards. Then the judge looks at what
  // they were told and at the log; in the end everything is verified.
  void suffer(const std::string& fault, std::chrono::milliseconds time, const std::function<void()>& happens,
              const std::function<void()>& mend) {
    row_.fault = fault;
    const int times = number_from("MUNIMENT_CLUSTER_TIMES", 1);
    for (int i = 0; i < times; ++i) {
      cluster_->wait_until_whole();
      const auto seed = static_cast<unsigned>(1000 * (i + 1));
      const ClientHistory history = clients_->round(seed, time, [&] {
        std::this_thread::sleep_for(2s);
        happens();
      });
      mend();
      ASSERT_TRUE(is_alive(*node_)) << node_says();
      look_at(history, seed);
      if (HasFatalFailure()) return;
    }
    verify();
  }
  void look_at(const ClientHistory& history, unsigned seed) {
    const FinalLog log = clients_->read_log();
    std::string name = row_.fault;
    for (char& c : name) c = c == ' ' || c == ',' || c == ':' ? '-' : c;
    keep_history(history, fmt::format("{}-{}", name, seed));
    const Tally found = tally(history, log);
    row_.times += 1;
    row_.silence_ms = std::max(row_.silence_ms, static_cast<double>(found.silence_ns) / 1e6);
    row_.acknowledged += found.acknowledged;
    row_.lost += found.lost;
    row_.doubled += found.doubled;
    fmt::print("{}: {:.1f} s without an acknowledgement, {} acknowledged, {} lost, {} doubled\n", row_.fault,
               static_cast<double>(found.silence_ns) / 1e9, found.acknowledged, found.lost, found.doubled);
    std::fflush(stdout);
    EXPECT_GT(found.acknowledged, 0U);
    ASSERT_EQ(judge(history, log), "") << row_.fault << ", seed " << seed;
    clients_->go_on_from(log);
  }
  // The whole log, as an outsider would.
  void verify() {
    ::kill(node_->process(), SIGTERM);
    ASSERT_EQ(node_->wait(), 0) << node_says();
    const std::string exported = (folder_ / "export").string();
    const Ended written = run_process(MUNIMENT_SERVED_PROGRAM, {"--store", store_.string(), "export", "log", exported});
    ASSERT_EQ(written.code, 0) << written.errors;
    const Ended verified = run_process(MUNIMENT_VERIFY_PROGRAM, {(store_ / "log.vkey").string(), "log", exported});
    ASSERT_EQ(verified.code, 0) << verified.output << verified.errors;
  }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / fmt::format("muniment_on_cluster_{}", ::getpid());
  const std::filesystem::path store_ = folder_ / "store";
  Cluster* cluster_ = nullptr;
  std::unique_ptr<NodeClients> clients_;
  std::unique_ptr<Served> node_;
  ClusterRow row_;
};

}  // namespace muniment::faults
