#include "tools/server/metrics.h"

#include <fmt/format.h>

#include "tools/server/dispatch.h"

namespace muniment {
namespace {

constexpr std::array<std::string_view, 4> status_names{"accepted", "unchanged", "refused", "failed"};

}  // namespace

void Metrics::count(std::string_view route, unsigned status, std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  Histogram& histogram = times_[route];
  std::size_t bucket = 0;
  while (bucket < bounds_seconds.size() && seconds > bounds_seconds[bucket]) ++bucket;
  ++histogram.counts[bucket];
  histogram.sum_seconds += seconds;
}

void Metrics::count_cut(std::string_view route) {
  const std::lock_guard lock(mutex_);
  ++cut_[route];
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

void Metrics::handshake_failed() {
  const std::lock_guard lock(mutex_);
  ++handshakes_failed_;
}

void Metrics::set_tls_expiry(Timestamp certificate, std::optional<Timestamp> client_ca) {
  const std::lock_guard lock(mutex_);
  tls_certificate_expiry_ = certificate;
  tls_client_ca_expiry_ = client_ca;
}

void Metrics::write(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  out.family("muniment_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_) {
    out.sample("muniment_requests_total", fmt::format("route=\"{}\",status=\"{}\"", key.first, key.second), count);
  }
  out.family("muniment_answers_cut_total", "counter", "Answers that the node ended before their end, by route.");
  // Of each route from the start on, since no alert sees the first step of a number that was not there.
  for (const Route& route : routes()) {
    if (route.method != Method::get || route.is_prompt) continue;
    const auto cut = cut_.find(name_of(route));
    out.sample("muniment_answers_cut_total", fmt::format("route=\"{}\"", name_of(route)),
               cut == cut_.end() ? std::uint64_t{0} : cut->second);
  }
  out.family("muniment_request_seconds", "histogram", "Time from a request's header to the end of its answer.");
  for (const auto& [route, histogram] : times_) {
    out.buckets("muniment_request_seconds", fmt::format("route=\"{}\"", route), bounds_seconds, histogram.counts, histogram.sum_seconds);
  }
  out.family("muniment_commands_total", "counter", "Commands answered, by outcome.");
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    out.sample("muniment_commands_total", fmt::format("outcome=\"{}\"", status_names[i]), commands_[i]);
  }
  out.family("muniment_refusals_total", "counter", "Commands refused, by refusal.");
  for (const auto& [name, count] : refusals_) out.sample("muniment_refusals_total", fmt::format("refusal=\"{}\"", name), count);
  out.gauge("muniment_connections", "Connections that are open.", connections_);
  out.family("muniment_connections_refused_total", "counter", "Connections that were not taken, or closed, for want of places.");
  out.sample("muniment_connections_refused_total", "", connections_refused_);
  out.family("muniment_handshakes_failed_total", "counter", "Connections that ended in their TLS handshake.");
  out.sample("muniment_handshakes_failed_total", "", handshakes_failed_);
  const auto tell_end = [&out](std::string_view name, std::string_view help, std::optional<Timestamp> end) {
    constexpr std::int64_t ns_a_second = 1'000'000'000;
    if (end) out.gauge(name, help, static_cast<std::uint64_t>(end->ns / ns_a_second));
  };
  tell_end("muniment_tls_certificate_expiry_seconds", "When the certificate expires, in seconds since 1970.", tls_certificate_expiry_);
  tell_end("muniment_tls_client_ca_expiry_seconds", "When the first authority of machines expires, in seconds since 1970.",
           tls_client_ca_expiry_);
}

}  // namespace muniment
