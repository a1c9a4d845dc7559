// What was sent so lately that the receiver may not have worked it off: who ends loses what its machine has confirmed and it has not read.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "events/record/position.h"

namespace muniment {

class RecentSends {
 public:
  using Clock = std::chrono::steady_clock;

  // Kept for `time`, but no more than what makes up `bytes`, which is to be more than a socket holds.
  RecentSends(std::chrono::milliseconds time, std::size_t bytes) : time_(time), bytes_max_(bytes) {}

  void add(Position first, std::size_t bytes, Clock::time_point now) {
    sends_.push_back({first, bytes, now});
    bytes_ += bytes;
  }
  void forget_old(Clock::time_point now) {
    while (!sends_.empty() && (sends_.front().at + time_ < now || bytes_ - sends_.front().bytes >= bytes_max_)) {
      bytes_ -= sends_.front().bytes;
      sends_.pop_front();
    }
  }
  void clear() {
    sends_.clear();
    bytes_ = 0;
  }
  // The position of the first of them. Nothing: there are none.
  std::optional<Position> first() const { return sends_.empty() ? std::nullopt : std::optional{sends_.front().first}; }

 private:
  struct Send {
    Position first;
    std::size_t bytes;
    Clock::time_point at;
  };

  const std::chrono::milliseconds time_;
  const std::size_t bytes_max_;
  std::deque<Send> sends_;
  std::size_t bytes_ = 0;
};

}  // namespace muniment
