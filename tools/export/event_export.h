// Events on their way out, in one of the formats. Sealed parts stay sealed: no name of a person is opened.
#pragma once

#include <memory>
#include <string>

#include "events/record/record.h"
#include "tools/export/export_format.h"

namespace muniment {

// One export, from its beginning to its end. One thread.
class EventExport {
 public:
  EventExport() = default;
  EventExport(const EventExport&) = delete;
  EventExport& operator=(const EventExport&) = delete;
  virtual ~EventExport() = default;

  // Appends what stands before the first row.
  virtual void begin(std::string&) {}
  // Appends what the event becomes, and returns how many rows that is: one, or in OCSF two where it gave and took. Any event of a verified
  // log may be given. Throws kj::Exception for one that is not well-formed.
  virtual std::size_t add(schema::Event::Reader event, std::string& out) = 0;
  // Appends what stands behind the last row.
  virtual void end(std::string&) {}
};

// `origin`: the log's, as its checkpoints say it.
std::unique_ptr<EventExport> make_event_export(ExportFormat format, const std::string& origin);

}  // namespace muniment
