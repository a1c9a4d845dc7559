// Rows of the question how long each service was held: one for each time from its granting to its end.
#pragma once

#include "projections/access.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> interval_columns();
// In the bytewise order of their rows of CSV. What is held at the moment has no end.
std::vector<std::vector<Cell>> interval_rows(const Username& username, const LinkStories& stories);

}  // namespace muniment
