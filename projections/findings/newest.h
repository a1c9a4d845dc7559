// What tells whether rows that have ended can matter to a question about now: nothing that ended did so later, and no import is under way,
// whose events do not count yet.
#pragma once

#include <set>

#include "projections/event_ref.h"
#include "projections/store/database.h"

namespace muniment::view {

struct NewestFindings {
  Timestamp latest_end{};      // Of all that have ended, in effective time.
  std::set<Position> imports;  // That were started and have not completed.

  bool operator==(const NewestFindings&) const = default;
};

std::string newest_findings_key();
void put_newest_findings(std::string& out, const NewestFindings& newest);
NewestFindings take_newest_findings(std::string_view value);

}  // namespace muniment::view
