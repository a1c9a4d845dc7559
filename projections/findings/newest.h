// What answers a question about now without looking at rows: how many of each rule are open, where nothing begins or ends later than now
// and no import is under way, whose events do not count yet.
#pragma once

#include <array>
#include <set>

#include "events/values/finding_rule.h"
#include "projections/event_ref.h"
#include "projections/store/database.h"

namespace muniment::view {

struct NewestFindings {
  Timestamp latest{};                                // That any of them began or ended, in effective time.
  std::set<Position> imports;                        // That were started and have not completed.
  bool has_signals = false;                          // Sign-ins, use of services or departures were reported somewhere.
  std::array<std::uint64_t, rule_count + 1> open{};  // By the rules' numbers; of waits none.

  bool operator==(const NewestFindings&) const = default;
};

std::string newest_findings_key();
void put_newest_findings(std::string& out, const NewestFindings& newest);
NewestFindings take_newest_findings(std::string_view value);

}  // namespace muniment::view
