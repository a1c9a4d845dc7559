// Rows of the auditor's desk: findings, and the rules with how many of each are open.
#pragma once

#include "events/schema/event.capnp.h"
#include "projections/findings.h"
#include "tools/wire/cell.h"

namespace muniment {

std::string_view name_of(schema::Disposition disposition);

std::vector<Column> finding_columns();
std::vector<Cell> finding_cells(const Finding& finding);
// Whether somebody has to look at what the row says, in cells of finding_columns(): it has not ended and is not disposed of.
bool is_due_finding(const std::vector<Cell>& cells);

std::vector<Column> rule_columns();
std::vector<Cell> rule_cells(const FindingCount& count);
// Whether the row, in cells of rule_columns(), has more that are open than are disposed of.
bool is_rule_due(const std::vector<Cell>& cells);

}  // namespace muniment
