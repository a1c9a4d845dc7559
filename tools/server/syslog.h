// Takes events to a syslog server over TLS: RFC 5424 messages, framed by counting octets (RFC 5425).
//
// A syslog server answers nothing. What was sent counts as delivered when its machine has confirmed the bytes; what it may have lost when
// it closed the connection is kept a while and sent again over the next one.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <string>

#include "tools/export/syslog_message.h"
#include "tools/server/carrier.h"
#include "tools/server/settings.h"
#include "tools/server/tls_stream.h"

namespace muniment {

class Syslog final : public Carrier {
 public:
  // `origin`: the log's. Borrows `is_stopping`.
  Syslog(const SyslogSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping);

  std::size_t events_max() const override;
  Outcome carry(std::span<const schema::Event::Reader> events) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Sent {
    Clock::time_point at;
    std::string bytes;
  };

  void forget_old();

  SyslogWriter writer_;
  TlsStream stream_;
  std::deque<Sent> recent_;
};

}  // namespace muniment
