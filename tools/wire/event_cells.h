// Events as rows of a table and of CSV: what of them fits a line. In JSON they are whole, by the schema's names.
#pragma once

#include <string>
#include <vector>

#include "commands/refusal.h"
#include "events/record/record.h"
#include "tools/wire/cell.h"

namespace muniment {

// What of the fact fits a line: `granted a, b; revoked c`. Empty where the type says it all, and where it is newer than this program.
std::string summary_of(schema::Event::Reader event);

std::vector<Column> event_columns();
std::vector<Cell> event_cells(schema::Event::Reader event);

// Whether it is an attempt that was refused for that.
bool is_refused_as(schema::Event::Reader event, Refusal refusal);

}  // namespace muniment
