// What the node counts about itself, as Prometheus reads it. Names are public: docs/server.md, "Metrics". Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "commands/answer.h"
#include "events/values/timestamp.h"
#include "tools/server/exposition.h"

namespace muniment {

class Metrics {
 public:
  static constexpr std::array<double, 12> bounds_seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

  // A request was answered. `route`: its method and pattern, never its path. It is kept as it is: of the table.
  void count(std::string_view route, unsigned status, std::chrono::nanoseconds time);
  // The node ended an answer before its end.
  void count_cut(std::string_view route);
  // A command was.
  void count(const Answer& answer);
  void connection_opened();
  void connection_closed();
  // For want of a place: it was not taken, or had to give way.
  void connection_refused();
  void handshake_failed();
  // `client_ca`: of the authorities of machines, where there are such.
  void set_tls_expiry(Timestamp certificate, std::optional<Timestamp> client_ca);

  void write(Exposition& out) const;

 private:
  struct Histogram {
    std::array<std::uint64_t, bounds_seconds.size() + 1> counts{};
    double sum_seconds = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string_view, unsigned>, std::uint64_t> requests_;
  std::map<std::string_view, Histogram> times_;
  std::map<std::string_view, std::uint64_t> cut_;
  std::array<std::uint64_t, 4> commands_{};  // By Answer::Status.
  std::map<std::string_view, std::uint64_t> refusals_;
  std::uint64_t connections_ = 0;
  std::uint64_t connections_refused_ = 0;
  std::uint64_t handshakes_failed_ = 0;
  std::optional<Timestamp> tls_certificate_expiry_;
  std::optional<Timestamp> tls_client_ca_expiry_;
};

}  // namespace muniment
