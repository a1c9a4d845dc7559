// Clients of a node who lock and unlock a few accounts, with and without a version, read them, hang up in the middle, and send again what
// they have no answer to. What each was told is a history.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/clients/judge.h"
#include "tools/server/token_file.h"

namespace muniment {
struct SocketAnswer;
}

namespace muniment::faults {

struct ClientHabits {
  std::chrono::milliseconds rest_max{8};      // Between two calls.
  std::chrono::milliseconds retry_after{5};   // Where it says nothing.
  std::chrono::milliseconds patience{5'000};  // So long it goes on sending what it has no answer to, once the round is over.
  unsigned hangs_up_one_in = 16;
  unsigned gives_up_one_in = 64;  // 0: never.
};

class NodeClients {
 public:
  static constexpr unsigned keys = 4;
  static constexpr unsigned count = 6;

  // Makes their tokens in the store.
  explicit NodeClients(std::filesystem::path store, const ClientHabits& habits = {});

  // Where the node is that they ask from now on.
  void go_to(std::uint16_t port) { port_ = port; }
  // Whom and what they ask about, which is recorded once.
  void prepare();
  // One round of so long, with something going on meanwhile.
  ClientHistory round(unsigned seed, std::chrono::milliseconds time, const std::function<void()>& meanwhile);
  // Everything that was recorded since the last look, by the node itself.
  FinalLog read_log();
  // What the next round begins with.
  void go_on_from(const FinalLog& log);
  // A command of its own, sent once. Whether the node says that it is recorded.
  bool locks_an_account(std::uint16_t port, const std::string& command_id, bool wants_locked) const;

  // When that was, by the history's clock.
  std::int64_t now_ns() const { return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began_).count(); }

 private:
  using Clock = std::chrono::steady_clock;

  std::string token(TokenRole role, const std::string& name) const;
  void command(const std::string& body, const std::string& token) const;
  std::string request_of(const ClientCall& call) const;
  static Told take(const SocketAnswer& answer, ClientCall& call);
  void ask(ClientCall& call, std::mt19937& random, Clock::time_point until) const;
  ClientHistory be_client(unsigned process, unsigned seed, Clock::time_point until) const;

  const std::filesystem::path store_;
  const ClientHabits habits_;
  std::string officer_;
  std::string primary_;
  std::atomic<std::uint16_t> port_ = 0;
  Clock::time_point began_ = Clock::now();
  std::vector<State> before_;
  std::uint64_t next_position_ = 1;
};

// Writes it for outside checkers where MUNIMENT_HISTORIES names a folder, under that name.
void keep_history(const ClientHistory& history, const std::string& name);

}  // namespace muniment::faults
