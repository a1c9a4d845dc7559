// One event as a message of syslog (RFC 5424): facility 13, log audit; informational, or a warning where an attempt failed.
#pragma once

#include <string>

#include "events/record/record.h"
#include "tools/export/text_out.h"

namespace muniment {

// One thread.
class SyslogWriter {
 public:
  // `origin`: the log's. `host`: the machine that sends; what may not stand in a header is left out.
  SyslogWriter(const std::string& origin, const std::string& host);

  // Appends the message without framing.
  void write(schema::Event::Reader event, std::string& out);

 private:
  const std::string origin_;
  std::string host_;
  std::string text_;  // Scratch.
};

}  // namespace muniment
