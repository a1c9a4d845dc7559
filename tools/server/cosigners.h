// Has witnesses cosign the log's checkpoints: every minute while it grows, and once more at the end. The log does not wait for them: what
// they have not seen yet is counted, and said.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "events/proof/witness_policy.h"
#include "tools/store/log_tree.h"

namespace muniment {

struct WitnessReply {
  unsigned status = 0;
  std::string body = {};
};

class Cosigners {
 public:
  // Posts a body to a URL; the error says why there is no answer. May wait for ten seconds.
  using Post = std::function<std::expected<WitnessReply, std::string>(const std::string& url, const std::string& body)>;
  // Told in a sentence when a witness stops or begins to answer, and when it has seen another history.
  using Notice = std::function<void(std::string_view)>;

  static constexpr std::chrono::milliseconds interval{60'000};

  // Borrows both. `kept` is the file of the newest checkpoint that met the policy. Throws std::runtime_error for a policy of other logs.
  Cosigners(ProvenLog& log, const Notary& notary, WitnessPolicy policy, std::filesystem::path kept, Post post, Notice notice,
            std::chrono::milliseconds every = interval);
  ~Cosigners();  // Asks nobody any more.
  Cosigners(const Cosigners&) = delete;
  Cosigners& operator=(const Cosigners&) = delete;

  // The last position that a checkpoint covers which met the policy. Any thread.
  Position witnessed() const { return witnessed_; }
  // Witnesses that have seen more of this log than it has, or another history of it.
  std::uint64_t conflicts() const { return conflicts_; }

  // Ends the thread, and asks once more. Idempotent.
  void stop();

 private:
  void run();
  void ask_all();
  bool ask(const WitnessPolicy::WitnessKey& witness, const LogTree& tree, Note& cosigned);
  void tell(const std::string& witness, const std::string& state);

  ProvenLog& log_;
  const Notary& notary_;
  const WitnessPolicy policy_;
  const std::filesystem::path kept_;
  const Post post_;
  const Notice notice_;
  const std::chrono::milliseconds every_;
  std::map<std::string, std::uint64_t> seen_;  // By a witness's name in the policy: the size that it cosigned last.
  std::map<std::string, std::string> told_;    // By the same: what was last told of it.
  std::atomic<Position> witnessed_ = 0;
  std::atomic<std::uint64_t> conflicts_ = 0;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

// Over HTTPS, or HTTP from the loopback alone.
std::expected<WitnessReply, std::string> post_to_witness(const std::string& url, const std::string& body);

}  // namespace muniment
