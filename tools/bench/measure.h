// Times of many small answers.
#pragma once

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace muniment {

// Of processor, of this thread: what compacts or merges in the background at the same time is not counted.
inline double thread_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

struct Percentiles {
  double p50, p99, p999, max;
};

inline Percentiles percentiles(std::vector<double> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](double part) { return us[static_cast<std::size_t>(part * static_cast<double>(us.size() - 1))]; };
  return {at(0.5), at(0.99), at(0.999), us.back()};
}

// Asks so many times, and a tenth of them before that which does not count. Prints microseconds: the median, the 99th percentile,
// the 99.9th and the longest.
template <typename Ask>
void measure(const char* what, int questions, Ask ask) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < questions / 10; ++i) ask();
  std::vector<double> us;
  for (int i = 0; i < questions; ++i) {
    const auto begin = Clock::now();
    ask();
    us.push_back(std::chrono::duration<double>(Clock::now() - begin).count() * 1e6);
  }
  const Percentiles p = percentiles(std::move(us));
  fmt::print("{:<44}{:>10.0f}{:>10.0f}{:>10.0f}{:>10.0f}\n", what, p.p50, p.p99, p.p999, p.max);
  std::fflush(stdout);
}

}  // namespace muniment
