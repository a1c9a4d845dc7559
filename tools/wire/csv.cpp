#include "tools/wire/csv.h"

#include <utility>

#include "events/values/assert.h"
#include "events/values/csv_cell.h"

namespace muniment {

std::string plain_text(const Cell& cell, std::string_view between) {
  struct Text {
    std::string_view separator;
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
    std::string operator()(const std::vector<std::string>& list) const {
      std::string out;
      for (const std::string& text : list) {
        if (!out.empty()) out += separator;
        out += text;
      }
      return out;
    }
  };
  return std::visit(Text{between}, cell);
}

bool is_in_csv(const Column& column) { return column.shown == Column::Shown::everywhere || column.shown == Column::Shown::not_in_table; }

void write_csv_cell(std::string& out, std::string_view text) { put_csv_cell(out, text); }

void write_csv_heading(std::string& out, const std::vector<Column>& columns) {
  bool is_first = true;
  for (const Column& column : columns) {
    if (!is_in_csv(column)) continue;
    if (!std::exchange(is_first, false)) out += ',';
    write_csv_cell(out, column.name);
  }
  out += '\n';
}

void write_csv_row(std::string& out, const std::vector<Column>& columns, const std::vector<Cell>& cells) {
  MUNIMENT_ASSERT(cells.size() == columns.size());
  bool is_first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_in_csv(columns[i])) continue;
    if (!std::exchange(is_first, false)) out += ',';
    write_csv_cell(out, plain_text(cells[i]));
  }
  out += '\n';
}

}  // namespace muniment
