// Rows of the questions about the record itself: what is kept until when, and when something else happened to it than that it grew.
#pragma once

#include "projections/record_keeping.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> retention_columns();
std::vector<Cell> retention_cells(const RetentionRow& row);

std::vector<Column> gap_columns();
std::vector<Cell> gap_cells(const GapRow& row);

}  // namespace muniment
