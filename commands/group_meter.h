// How many commands the sequencer's writes carry, and how long each took to be durable. Counted by one thread, a few atomic additions a
// group; read by any, at any time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace muniment {

class GroupMeter {
 public:
  static constexpr std::array<double, 11> sizes{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};  // Commands.
  static constexpr std::array<double, 12> times{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                0.01,   0.025,   0.05,   0.1,   0.25,   1};  // Seconds.

  template <std::size_t Size>
  struct Counts {
    std::array<std::uint64_t, Size + 1> counts{};  // Up to each bound and beyond the one before; the last one has no bound.
    double sum = 0;
  };

  void count(std::size_t commands, std::chrono::nanoseconds sync_time) {
    const double seconds = std::chrono::duration<double>(sync_time).count();
    add(size_counts_[bucket(sizes, static_cast<double>(commands))], 1);
    add(commands_, commands);
    add(time_counts_[bucket(times, seconds)], 1);
    add(nanoseconds_, static_cast<std::uint64_t>(sync_time.count()));
  }

  Counts<sizes.size()> group_sizes() const { return read<sizes.size()>(size_counts_, static_cast<double>(commands_.load())); }
  Counts<times.size()> sync_times() const { return read<times.size()>(time_counts_, static_cast<double>(nanoseconds_.load()) / 1e9); }

 private:
  using Counter = std::atomic<std::uint64_t>;

  // There is one writer, so that no locked addition is needed.
  static void add(Counter& counter, std::uint64_t number) {
    counter.store(counter.load(std::memory_order_relaxed) + number, std::memory_order_relaxed);
  }
  static std::size_t bucket(const auto& bounds, double value) {
    std::size_t out = 0;
    while (out < bounds.size() && value > bounds[out]) ++out;
    return out;
  }
  template <std::size_t Size>
  static Counts<Size> read(const std::array<Counter, Size + 1>& counters, double sum) {
    Counts<Size> out{.counts = {}, .sum = sum};
    for (std::size_t i = 0; i <= Size; ++i) out.counts[i] = counters[i].load(std::memory_order_relaxed);
    return out;
  }

  std::array<Counter, sizes.size() + 1> size_counts_{};
  std::array<Counter, times.size() + 1> time_counts_{};
  Counter commands_ = 0;
  Counter nanoseconds_ = 0;
};

}  // namespace muniment
