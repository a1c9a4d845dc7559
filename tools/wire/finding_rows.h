// Rows of the auditor's desk: findings, and the rules with how many of each are open.
#pragma once

#include "projections/findings.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> finding_columns();
std::vector<Cell> finding_cells(const Finding& finding);
// Whether the row, in cells of finding_columns(), counts as open: it has not ended.
bool is_open_finding(const std::vector<Cell>& cells);

std::vector<Column> rule_columns();
std::vector<Cell> rule_cells(const FindingCount& count);

}  // namespace muniment
