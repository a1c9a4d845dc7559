// Rows of the question when accounts were locked, disabled or terminated: the same in every form of an answer.
#pragma once

#include "projections/state_intervals.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> state_columns();
// `until`: up to when what has not ended is said to have lasted.
std::vector<Cell> state_cells(const StateInterval& interval, Timestamp until);

}  // namespace muniment
