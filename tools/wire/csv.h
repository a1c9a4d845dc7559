// Rows as CSV: RFC 4180 with LF, safe to open in a spreadsheet. The same on the command line and over HTTP.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/wire/cell.h"

namespace muniment {

// A cell as plain text; a list is joined.
std::string plain_text(const Cell& cell, std::string_view between = ";");

// Whether CSV has the column.
bool is_in_csv(const Column& column);

// Appends the cell. One that a spreadsheet would take for a formula gets an apostrophe in front.
void write_csv_cell(std::string& out, std::string_view text);
// Appends the line of the columns' names, of those that CSV has.
void write_csv_heading(std::string& out, const std::vector<Column>& columns);
// Appends the line of a row. Precondition: one cell a column.
void write_csv_row(std::string& out, const std::vector<Column>& columns, const std::vector<Cell>& cells);

}  // namespace muniment
