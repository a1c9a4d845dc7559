// Has the node that appends record what a standby was asked, and whom it did not let in. What cannot be sent now is kept and sent again
// under the same ids, so that it is recorded once.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "commands/decider.h"

namespace muniment {

// Thread-safe.
class AccessForward {
 public:
  static constexpr std::size_t waiting_max = 4096;

  // Sends one message, and says why it was not recorded; empty: it was. Waits.
  using Send = std::function<std::string(const std::string& message)>;
  // Told in a sentence, when it begins to fail and when it goes again.
  using Notice = std::function<void(std::string_view)>;

  AccessForward(Send send, Notice notice, std::chrono::milliseconds pause = std::chrono::milliseconds{1000});
  ~AccessForward();  // stop()
  AccessForward(const AccessForward&) = delete;
  AccessForward& operator=(const AccessForward&) = delete;

  // False: too many wait already.
  bool take(Submission submission);
  std::size_t waiting() const;
  bool is_failing() const;
  // From now on all is taken. What waits is sent once more: by each call, so that what was taken since the last one is too.
  void stop();
  // What was not recorded. After stop().
  std::vector<Submission> take_rest();

 private:
  void run();
  bool send_some();

  const Send send_;
  const Notice notice_;
  const std::chrono::milliseconds pause_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Submission> waiting_;
  bool is_failing_ = false;
  bool is_stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
