// What a portal says that it really grants at one provider: a CSV with a username and its services, or a row for each of them. docs/cli.md,
// "reconcile".
#pragma once

#include <set>
#include <utility>

#include "tools/import/row_reader.h"

namespace muniment {

struct PortalRoster {
  using Held = std::pair<std::string, std::string>;  // Username, in its canonical form, and service.

  std::set<Held> held;
  std::vector<RowProblem> problems;  // In the order of the file. What was read is whole only if there is none.
  std::vector<std::string> extra_columns;
  std::string digest;  // SHA-256 of the file's bytes, 64 hexadecimal digits.

  static std::span<const RowField> fields();
  // Reads to the end. Throws InputFailed.
  static PortalRoster read(std::istream& in, const ColumnMap& map);
};

}  // namespace muniment
