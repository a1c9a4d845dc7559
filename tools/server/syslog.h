// Takes events to a syslog server over TLS: RFC 5424 messages, framed by counting octets (RFC 5425).
//
// A syslog server answers nothing. What was sent counts as delivered when its machine has confirmed the bytes; what it may have lost when
// it closed the connection is kept a while and sent again over the next one.
#pragma once

#include <atomic>
#include <string>

#include "tools/export/syslog_message.h"
#include "tools/server/carrier.h"
#include "tools/server/recent_sends.h"
#include "tools/server/settings.h"
#include "tools/server/tls_stream.h"

namespace muniment {

class Syslog final : public Carrier {
 public:
  // `origin`: the log's. Borrows `is_stopping`.
  Syslog(const SyslogSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping);

  std::size_t events_max() const override;
  Outcome carry(std::span<const schema::Event::Reader> events) override;
  Resumption resume_after(Position taken) override;
  Position sure_of(Position taken) const override;

 private:
  SyslogWriter writer_;
  TlsStream stream_;
  RecentSends recent_;
  Position resumed_ = 0;  // Behind which it was last sent again, ...
  unsigned again_ = 0;    // ... and how often.
};

}  // namespace muniment
