// The order of rows that have no other: that of the bytes of their lines of CSV, whatever format they are written in.
#pragma once

#include <vector>

#include "tools/wire/cell.h"

namespace muniment {

void sort_as_csv(std::vector<std::vector<Cell>>& rows, const std::vector<Column>& columns);

}  // namespace muniment
