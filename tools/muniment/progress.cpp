#include "tools/muniment/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace muniment {
namespace {

constexpr auto redraw_time = std::chrono::milliseconds(100);
constexpr std::size_t bar_width = 30;

}  // namespace

std::string clock_text(std::uint64_t seconds) {
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

std::string short_number(double number) {
  if (number >= 1e9) return fmt::format("{:.1f}G", number / 1e9);
  if (number >= 1e6) return fmt::format("{:.1f}M", number / 1e6);
  if (number >= 1e4) return fmt::format("{:.1f}k", number / 1e3);
  return fmt::format("{:.0f}", number);
}

Progress::Progress(const Console& console, std::string unit, std::uint64_t total)
    : console_(console),
      unit_(std::move(unit)),
      total_(total),
      is_shown_(console.err_is_terminal),
      started_(Clock::now()),
      drawn_(started_ - redraw_time) {}

Progress::~Progress() {
  if (is_drawn_) console_.err << "\r\x1b[K" << std::flush;
}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

void Progress::draw_if_due(std::uint64_t done) {
  const auto now = Clock::now();
  if (now - started_ < console_.quiet_time || now - drawn_ < redraw_time) return;
  drawn_ = now;
  is_drawn_ = true;
  const double rate = static_cast<double>(done) / std::max(seconds(), 1e-9);
  if (total_ == 0) {
    console_.err << fmt::format("\r\x1b[K{} {}, {}/s", short_number(static_cast<double>(done)), unit_, short_number(rate)) << std::flush;
    return;
  }
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const auto full = static_cast<std::size_t>(share * bar_width);
  const double left = rate > 0 ? static_cast<double>(total_ - std::min(done, total_)) / rate : 0;
  console_.err << fmt::format("\r\x1b[K[{}{}] {:3.0f}%  {} {}, {}/s, {} left", std::string(full, '#'), std::string(bar_width - full, '.'),
                              share * 100, short_number(static_cast<double>(done)), unit_, short_number(rate),
                              clock_text(static_cast<std::uint64_t>(left)))
               << std::flush;
}

}  // namespace muniment
