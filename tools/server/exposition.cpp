#include "tools/server/exposition.h"

#include <fmt/format.h>

#include <iterator>

namespace muniment {

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void Exposition::sample(std::string_view name, std::string_view labels, double value) {
  fmt::format_to(std::back_inserter(out_), "{}{}{}{} {}\n", name, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", value);
}

void Exposition::sample(std::string_view name, std::string_view labels, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out_), "{}{}{}{} {}\n", name, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", value);
}

void Exposition::gauge(std::string_view name, std::string_view help, double value) {
  family(name, "gauge", help);
  sample(name, "", value);
}

void Exposition::gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  family(name, "gauge", help);
  sample(name, "", value);
}

void Exposition::buckets(std::string_view name, std::string_view labels, std::span<const double> bounds,
                         std::span<const std::uint64_t> counts, double sum) {
  const std::string_view comma = labels.empty() ? "" : ",";
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    up_to += counts[i];
    const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf";
    sample(fmt::format("{}_bucket", name), fmt::format("{}{}le=\"{}\"", labels, comma, bound), up_to);
  }
  sample(fmt::format("{}_sum", name), labels, sum);
  sample(fmt::format("{}_count", name), labels, up_to);
}

}  // namespace muniment
