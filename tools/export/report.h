// The report: who held what, what happened and what was found, as a page that prints: filters, zone, position and checkpoint on its first
// sheet, then an access matrix a provider, a timeline, findings, and lines for signatures. One HTML document without scripts and without
// anything from elsewhere; its style numbers the pages.
#pragma once

#include <functional>
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

// Hands the document to `sink`, a piece at a time, and returns how many rows it has: grants, events and findings. All of them are true of
// the question's position. Precondition: moment.position is set, and is_time_zone(zone). Throws what the views and the log throw.
std::uint64_t write_report(const ReportSources& sources, const ReportQuestion& question, const std::function<void(std::string_view)>& sink);

}  // namespace muniment
