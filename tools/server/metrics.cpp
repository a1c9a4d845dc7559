#include "tools/server/metrics.h"

#include <fmt/format.h>

#include <iterator>

namespace muniment {
namespace {

constexpr std::array<std::string_view, 4> status_names{"accepted", "unchanged", "refused", "failed"};

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

void Metrics::count(std::string_view route, unsigned status, std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string{route}, status}];
  Histogram& histogram = times_[std::string{route}];
  std::size_t bucket = 0;
  while (bucket < bounds_seconds.size() && seconds > bounds_seconds[bucket]) ++bucket;
  ++histogram.counts[bucket];
  histogram.sum_seconds += seconds;
}

void Metrics::count(const Answer& answer) {
  const std::lock_guard lock(mutex_);
  ++commands_[static_cast<std::size_t>(answer.status)];
  if (answer.refusal) ++refusals_[name_of(*answer.refusal)];
}

void Metrics::connection_opened() {
  const std::lock_guard lock(mutex_);
  ++connections_;
}

void Metrics::connection_closed() {
  const std::lock_guard lock(mutex_);
  --connections_;
}

void Metrics::connection_refused() {
  const std::lock_guard lock(mutex_);
  ++connections_refused_;
}

void Metrics::set_tls_certificate_expiry(Timestamp end) {
  const std::lock_guard lock(mutex_);
  tls_certificate_expiry_ = end;
}

void Metrics::write(std::string& out) const {
  const std::lock_guard lock(mutex_);
  const auto to = std::back_inserter(out);
  head(out, "muniment_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_) {
    fmt::format_to(to, "muniment_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  }
  head(out, "muniment_request_seconds", "histogram", "Time from a request's header to the end of its answer.");
  for (const auto& [route, histogram] : times_) {
    std::uint64_t up_to = 0;
    for (std::size_t i = 0; i < bounds_seconds.size(); ++i) {
      up_to += histogram.counts[i];
      fmt::format_to(to, "muniment_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, bounds_seconds[i], up_to);
    }
    up_to += histogram.counts.back();
    fmt::format_to(to, "muniment_request_seconds_bucket{{route=\"{}\",le=\"+Inf\"}} {}\n", route, up_to);
    fmt::format_to(to, "muniment_request_seconds_sum{{route=\"{}\"}} {}\n", route, histogram.sum_seconds);
    fmt::format_to(to, "muniment_request_seconds_count{{route=\"{}\"}} {}\n", route, up_to);
  }
  head(out, "muniment_commands_total", "counter", "Commands answered, by outcome.");
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    fmt::format_to(to, "muniment_commands_total{{outcome=\"{}\"}} {}\n", status_names[i], commands_[i]);
  }
  head(out, "muniment_refusals_total", "counter", "Commands refused, by refusal.");
  for (const auto& [name, count] : refusals_) fmt::format_to(to, "muniment_refusals_total{{refusal=\"{}\"}} {}\n", name, count);
  head(out, "muniment_connections", "gauge", "Connections that are open.");
  fmt::format_to(to, "muniment_connections {}\n", connections_);
  head(out, "muniment_connections_refused_total", "counter", "Connections beyond those that the node takes.");
  fmt::format_to(to, "muniment_connections_refused_total {}\n", connections_refused_);
  if (!tls_certificate_expiry_) return;
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  head(out, "muniment_tls_certificate_expiry_seconds", "gauge", "When the certificate expires, in seconds since 1970.");
  fmt::format_to(to, "muniment_tls_certificate_expiry_seconds {}\n", tls_certificate_expiry_->ns / ns_a_second);
}

}  // namespace muniment
