// A text as a cell of CSV (RFC 4180), safe to open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace muniment {

// Appends the cell. One that a spreadsheet would take for a formula gets an apostrophe in front.
void put_csv_cell(std::string& out, std::string_view text);

// Whether in bytewise order the row of one cell comes before that of the other, whatever stands in the cells behind it, if there are any.
bool is_csv_cell_before(std::string_view one, std::string_view other, char behind);

// Whether among such texts bytewise order is that of the rows that begin with them: it stands in a cell as it is, and nothing in it comes
// before the comma behind the cell.
bool is_ordered_as_csv_cell(std::string_view text);

}  // namespace muniment
