// A bar on `err` with what was done, the rate and the time left: on a terminal only, and only for what takes over a second. It is gone when
// the work is done, so that messages and data stand alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/muniment/console.h"

namespace muniment {

class Progress {
 public:
  // `total` 0: not known. `unit` is what is counted: "events", "lines".
  Progress(const Console& console, std::string unit, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap: looks at the clock once in a thousand calls.
  void at(std::uint64_t done) {
    if (is_shown_ && ++calls_ % calls_a_look == 0) draw_if_due(done);
  }
  // For rare calls: always looks.
  void look(std::uint64_t done) {
    if (is_shown_) draw_if_due(done);
  }
  double seconds() const;

 private:
  static constexpr unsigned calls_a_look = 1024;
  using Clock = std::chrono::steady_clock;

  void draw_if_due(std::uint64_t done);

  const Console& console_;
  const std::string unit_;
  const std::uint64_t total_;
  const bool is_shown_;
  const Clock::time_point started_;
  Clock::time_point drawn_;
  unsigned calls_ = 0;
  bool is_drawn_ = false;
};

// 0:42, 12:07, 3:00:12
std::string clock_text(std::uint64_t seconds);
// 912, 41.2k, 3.9M
std::string short_number(double number);

}  // namespace muniment
