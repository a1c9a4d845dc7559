// A bar on `err` with what was done, the rate and the time left: on a terminal only, and only for what takes over a second. It is gone when
// the work is done, so that messages and data stand alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/values/on_progress.h"
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
    if (is_shown_ && calls_++ % calls_a_look == 0) draw_if_due(done);
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

// Bars for pieces of work one after another, as whoever does them tells: each is drawn where the one before it was.
class ProgressOfWork {
 public:
  explicit ProgressOfWork(const Console& console) : console_(console) {}

  // Borrows this.
  OnProgress hook() {
    return [this](std::string_view what, std::uint64_t done, std::uint64_t all) { tell(what, done, all); };
  }
  // Takes the bar away, so that something else can be written.
  void end() { bar_.reset(); }

 private:
  void tell(std::string_view what, std::uint64_t done, std::uint64_t all) {
    if (!bar_ || what_ != what) {
      bar_.reset();
      what_ = what;
      bar_.emplace(console_, what_, all);
    }
    bar_->look(done);
  }

  const Console& console_;
  std::string what_;
  std::optional<Progress> bar_;
};

// 0:42, 12:07, 3:00:12
std::string clock_text(std::uint64_t seconds);
// 912, 41.2k, 3.9M
std::string short_number(double number);

}  // namespace muniment
