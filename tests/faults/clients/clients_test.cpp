// Many clients of one node that is killed and started again under them. What each was told is a history, which is written for outside
// checkers where MUNIMENT_HISTORIES names a folder, and judged here.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "../../tools/server/served.h"
#include "tests/faults/clients/judge.h"
#include "tests/faults/clients/node_clients.h"
#include "tests/faults/report/report.h"
#include "tools/store/store.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

class Clients : public testing::Test {
 protected:
  Clients() : folder_(fs::path(testing::TempDir()) / fmt::format("muniment_clients_{}", ::getpid())), store_(folder_ / "store") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Store::create(store_, "agency");
    clients_ = std::make_unique<NodeClients>(store_);
    start();
    clients_->prepare();
  }
  ~Clients() override {
    node_.reset();
    fs::remove_all(folder_);
  }

  void start() {
    node_ = std::make_unique<Served>(store_);
    ASSERT_NE(node_->port, 0);
    clients_->go_to(node_->port);
  }
  void kill_and_start() {
    ::kill(node_->process(), SIGKILL);
    node_->wait();
    start();
  }
  // One round: clients for so long, and the node killed under them.
  ClientHistory round(unsigned seed, std::chrono::milliseconds time, int kills) {
    return clients_->round(seed, time, [&] {
      for (int i = 0; i < kills; ++i) {
        std::this_thread::sleep_for(time / (kills + 1));
        kill_and_start();
      }
    });
  }

  const fs::path folder_;
  const fs::path store_;
  std::unique_ptr<NodeClients> clients_;
  std::unique_ptr<Served> node_;
};

std::size_t count(const ClientHistory& history, Told told) {
  return static_cast<std::size_t>(std::ranges::count(history, told, &ClientCall::told));
}

// Of a history that is right: one read that shows what was not.
void falsify_a_read(ClientHistory& history) {
  for (ClientCall& call : history) {
    if (call.told != Told::state || call.asked != Asked::read) continue;
    call.state.is_locked = !call.state.is_locked;
    return;
  }
}

TEST_F(Clients, AreToldNothingThatCannotBeTrueHoweverOftenTheNodeIsKilled) {
  const int rounds = number_from("MUNIMENT_HISTORY_ROUNDS", 1);
  constexpr int kills = 2;
  std::size_t told = 0;
  bool is_control_red = rounds > 0;
  for (int i = 0; i < rounds; ++i) {
    const unsigned seed = 1000U * static_cast<unsigned>(i + 1);
    const ClientHistory history = round(seed, std::chrono::milliseconds{1500}, kills);
    const FinalLog log = clients_->read_log();
    keep_history(history, std::to_string(seed));
    ASSERT_EQ(judge(history, log), "") << "seed " << seed;
    for (const Told what : {Told::changed, Told::unchanged, Told::stale, Told::state}) EXPECT_GT(count(history, what), 0U);
    ClientHistory wrong = history;
    falsify_a_read(wrong);
    const bool is_red = !judge(wrong, log).empty();
    EXPECT_TRUE(is_red) << "the control";
    is_control_red = is_control_red && is_red;
    told += history.size() - count(history, Told::nothing);
    clients_->go_on_from(log);
  }
  fmt::print("{} rounds, {} calls answered\n", rounds, told);
  report({.fault = "many clients: calls, with the node killed under them", .times = told});
  report({.fault = "many clients: kills", .times = static_cast<std::uint64_t>(rounds * kills)});
  report_control("many clients: a read of another state in a history that was right", is_control_red);
}

}  // namespace
}  // namespace muniment::faults
