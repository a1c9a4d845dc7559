// A value in a row of an answer, and its JSON.
//
// Whole numbers of 64 bits are text in JSON, because beyond 2^53 they do not survive in many programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "events/record/position.h"

namespace muniment {

// monostate: nothing is known or said. A list is joined with `;` in CSV and with `, ` in a table.
using Cell = std::variant<std::monostate, std::string, std::uint64_t, bool, std::vector<std::string>>;
using NamedCell = std::pair<std::string_view, Cell>;

struct Column {
  // In a table, numbers stand to the right, a PID/SL has its space, and times end with their milliseconds.
  enum class Kind { text, number, provider, time, flag, list };
  enum class Shown { everywhere, not_in_csv, not_in_table, only_in_json };

  std::string_view name;
  Kind kind = Kind::text;
  Shown shown = Shown::everywhere;
};

Cell text_cell(std::string_view text);  // Nothing where it is empty.
Cell position_cell(Position position);  // Nothing where it is 0.

// Appends the cell as a JSON value.
void write_json_value(std::string& out, const Cell& cell);
// Appends `,"name":value`, without the comma after an opening brace. Nothing where the cell is empty.
void write_json_member(std::string& out, std::string_view name, const Cell& cell);
// Appends the row as one object. Precondition: one cell a column.
void write_json_row(std::string& out, const std::vector<Column>& columns, const std::vector<Cell>& cells);

}  // namespace muniment
