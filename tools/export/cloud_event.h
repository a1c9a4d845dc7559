// One event as a CloudEvent 1.0.2 in JSON, which an export, a webhook and nothing else is made of.
#pragma once

#include <string>

#include "events/json/writer.h"
#include "events/record/record.h"
#include "tools/export/text_out.h"

namespace muniment {

// One thread.
class CloudEventWriter {
 public:
  // `origin`: the log's.
  explicit CloudEventWriter(const std::string& origin);

  // Appends the object. Its data are the event's JSON without the sealed part, which nobody outside can open.
  void write(schema::Event::Reader event, std::string& out);

 private:
  std::string source_;  // As JSON, up to the PID/SL.
  JsonWriter events_;
};

}  // namespace muniment
