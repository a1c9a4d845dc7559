// Since when something is reported at a provider, as sign-ins are: by the report that took effect the earliest. An older one may come
// later, so each that is earlier than all before it is kept, and it can be told which was the earliest as of any position.
#pragma once

#include <string>
#include <vector>

#include "projections/as_of.h"

namespace muniment::view {

class EarliestReports {
 public:
  bool is_empty() const { return known_.empty(); }
  // Whether it took effect before all that are known.
  bool would_be_earliest(const EventRef& report) const { return known_.empty() || report.at < known_.back().at; }
  // Precondition: would_be_earliest(report).
  void add(const EventRef& report);

  // Position 0: there is none.
  EventRef earliest() const { return known_.empty() ? EventRef{} : known_.back(); }
  EventRef earliest(const AsOf& as_of) const { return earliest(as_of, as_of.position()); }
  // Of those that were recorded up to this position.
  EventRef earliest(const AsOf& as_of, Position recorded_by) const;

  bool operator==(const EarliestReports&) const = default;

 private:
  friend void put_reports(std::string& out, const EarliestReports& reports);
  friend EarliestReports take_reports(ByteReader& from);

  std::vector<EventRef> known_;  // In the order they were recorded, each earlier in time than the one before it.
};

void put_reports(std::string& out, const EarliestReports& reports);
EarliestReports take_reports(ByteReader& from);

}  // namespace muniment::view
