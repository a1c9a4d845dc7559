// The report: who held what, what happened and what was found, as a page that prints: filters, zone, position and checkpoint on its first
// sheet, then an access matrix a provider, a timeline, findings, and lines for signatures. One HTML document without scripts and without
// anything from elsewhere; its style numbers the pages.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/log/event_log.h"
#include "projections/access.h"
#include "projections/findings.h"
#include "projections/trail.h"

namespace muniment {

struct ReportQuestion {
  std::optional<ProviderId> provider{};
  std::optional<Username> username{};
  std::optional<Timestamp> from{};  // Of the timeline and the findings.
  std::optional<Timestamp> to{};
  Moment moment{};           // Of the access and the findings; of everything, its position.
  Timestamp now;             // When it was asked.
  Timestamp judged_at{};     // The findings, where the moment names no time: what holds at the position that was asked for, or now.
  std::string zone = "UTC";  // IANA name; times are shown in it.
  std::string preparer{};    // Empty: a line to write on.
};

// Where it comes from. Borrowed.
struct ReportSources {
  const Access& access;
  const Trail& trail;
  const Findings& findings;
  const EventLog& log;
  std::string origin;  // Of the log.
  Position checkpoint_size = 0;
  std::string checkpoint_root;  // As checkpoints write it.
};

// Whether there is such a zone.
bool is_time_zone(std::string_view name);

// The document, a piece at a time: the cover, the access, the timeline in pages, the findings, the signatures. All of it is true of the
// question's position. One thread at a time. Throws what the views and the log throw.
class Report {
 public:
  // Precondition: moment.position is set, and is_time_zone(zone).
  Report(ReportSources sources, ReportQuestion question);
  ~Report();
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  // Appends the next piece; false: there is none.
  bool next(std::string& out);
  // How many rows there were so far: grants, events and findings.
  std::uint64_t rows() const;

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace muniment
