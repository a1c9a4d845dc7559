// Reads the log again while the node runs, part by part and slowly, and tells when a part is not what it was. Another round begins a day
// after the last one ended. A part that was wrong is looked at every minute, and what was away and is back is no fault any more.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "events/log/proven_log.h"

namespace muniment {

class LogPatrol {
 public:
  struct Pace {
    double share = 0.05;                            // Of one processor.
    std::chrono::milliseconds part_min{1'000};      // From the end of a part to the next, at least.
    std::chrono::milliseconds grown_after{60'000};  // Then it looks whether the log has grown.
    std::chrono::milliseconds fault_after{60'000};  // Then it looks whether what was wrong still is.
    std::chrono::milliseconds round_after{86'400'000};
  };

  // Borrows the log. `on_fault` is called from the patrol's thread, for the first fault, and for the next once that is gone.
  LogPatrol(const ProvenLog& log, std::function<void(const LogFault&)> on_fault, Pace pace);
  ~LogPatrol() = default;  // Ends the thread.
  LogPatrol(const LogPatrol&) = delete;
  LogPatrol& operator=(const LogPatrol&) = delete;

  // Somebody met what cannot be read: another round begins as soon as this one has ended, unless a fault is known already. Any thread.
  void look_again();

  // The last position of this round that was read and found right.
  Position verified() const { return verified_; }
  std::uint64_t rounds() const { return rounds_; }
  // The position that was found wrong first, and still is; 0: none.
  Position first_fault() const { return first_fault_; }

 private:
  void run(const std::stop_token& stop);
  // False: the end of the log was reached.
  bool verify_part(std::uint64_t block);
  // Whether what was wrong is right again; then another round looks for what else there is.
  void verify_fault();
  // `until_asked`: no longer than until look_again().
  bool rest(const std::stop_token& stop, std::chrono::milliseconds time, bool until_asked = false);

  const ProvenLog& log_;
  const std::function<void(const LogFault&)> on_fault_;
  const Pace pace_;
  std::atomic<Position> verified_ = 0;
  std::atomic<Position> first_fault_ = 0;
  std::atomic<std::uint64_t> rounds_ = 0;
  std::atomic<bool> looks_again_ = false;
  std::chrono::steady_clock::time_point fault_due_;  // Of the thread alone.
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
