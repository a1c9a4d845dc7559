// Writes numbers in Prometheus's text format (version 0.0.4). Families come one after the other, each with all its samples.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace muniment {

class Exposition {
 public:
  // Appends to `out`, which it borrows.
  explicit Exposition(std::string& out) : out_(out) {}

  // `type`: counter, gauge or histogram. `help` is one line.
  void family(std::string_view name, std::string_view type, std::string_view help);
  // `labels` as they are written, `view="trail"`; empty: none.
  void sample(std::string_view name, std::string_view labels, double value);
  void sample(std::string_view name, std::string_view labels, std::uint64_t value);
  // A family of one sample.
  void gauge(std::string_view name, std::string_view help, double value);
  void gauge(std::string_view name, std::string_view help, std::uint64_t value);
  // Samples of a histogram: counts up to each bound and beyond the one before; the last count has no bound.
  void buckets(std::string_view name, std::string_view labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
               double sum);

 private:
  std::string& out_;
};

}  // namespace muniment
