// Reads the log again while the node runs, part by part and slowly, and tells when a part is not what it was. Another round begins a day
// after the last one ended.
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
    std::chrono::milliseconds round_after{86'400'000};
  };

  // Borrows the log. `on_fault` is called once, from the patrol's thread, for the first fault.
  LogPatrol(const ProvenLog& log, std::function<void(const LogFault&)> on_fault, Pace pace);
  ~LogPatrol() = default;  // Ends the thread.
  LogPatrol(const LogPatrol&) = delete;
  LogPatrol& operator=(const LogPatrol&) = delete;

  // Somebody met what cannot be read: another round begins as soon as this one has ended, unless a fault is known already. Any thread.
  void look_again();

  // The last position of this round that was read and found right.
  Position verified() const { return verified_; }
  std::uint64_t rounds() const { return rounds_; }
  // The lowest position that was found wrong; 0: none was.
  Position first_fault() const { return first_fault_; }

 private:
  void run(const std::stop_token& stop);
  // False: the part is wrong, or the end of the log was reached.
  bool verify_part(std::uint64_t block);
  // `until_asked`: no longer than until look_again().
  bool rest(const std::stop_token& stop, std::chrono::milliseconds time, bool until_asked = false);

  const ProvenLog& log_;
  const std::function<void(const LogFault&)> on_fault_;
  const Pace pace_;
  std::atomic<Position> verified_ = 0;
  std::atomic<Position> first_fault_ = 0;
  std::atomic<std::uint64_t> rounds_ = 0;
  std::atomic<bool> looks_again_ = false;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
