#include "tools/server/clock_watch.h"

#include <algorithm>
#include <ctime>

namespace muniment {
namespace {

constexpr std::int64_t slew_share = 1000;  // Of the time that has passed.
constexpr std::int64_t step_max_ns = std::chrono::nanoseconds(clock_step_max).count();

std::chrono::nanoseconds since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace

Clocks machine_clocks() { return {.wall = system_now, .counting = since_boot}; }

ClockWatch::ClockWatch(Clocks clocks, std::optional<ClockStep> since_last_run)
    : clocks_(std::move(clocks)),
      wall_(since_last_run ? since_last_run->expected : clocks_.wall()),
      counted_(clocks_.counting()),
      is_stepped_(since_last_run.has_value()) {}

Timestamp ClockWatch::expected(std::chrono::nanoseconds counted) const { return {wall_.ns + (counted - counted_).count()}; }

bool ClockWatch::look() {
  const std::lock_guard lock(mutex_);
  if (is_stepped_) return true;
  const auto counted = clocks_.counting();
  const Timestamp should_be = expected(counted);
  const std::int64_t apart = clocks_.wall().ns - should_be.ns;
  if (std::abs(apart) > step_max_ns) {
    is_stepped_ = true;
    return true;
  }
  const std::int64_t slewed_max = (counted - counted_).count() / slew_share;
  wall_ = {should_be.ns + std::clamp(apart, -slewed_max, slewed_max)};
  counted_ = counted;
  return false;
}

std::optional<ClockStep> ClockWatch::step() const {
  const std::lock_guard lock(mutex_);
  if (!is_stepped_) return std::nullopt;
  return ClockStep{.clock = clocks_.wall(), .expected = expected(clocks_.counting())};
}

void ClockWatch::accept() {
  const std::lock_guard lock(mutex_);
  wall_ = clocks_.wall();
  counted_ = clocks_.counting();
  is_stepped_ = false;
}

}  // namespace muniment
