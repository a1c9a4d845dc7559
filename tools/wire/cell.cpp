#include "tools/wire/cell.h"

#include "events/json/json_string.h"
#include "events/values/assert.h"

namespace muniment {

Cell text_cell(std::string_view text) { return text.empty() ? Cell{} : Cell{std::string{text}}; }
Cell position_cell(Position position) { return position == 0 ? Cell{} : Cell{position}; }

void write_json_value(std::string& out, const Cell& cell) {
  struct Json {
    std::string& to;
    void operator()(std::monostate) const { to += "null"; }
    void operator()(const std::string& text) const { write_json_string(to, text); }
    void operator()(std::uint64_t number) const { to += '"' + std::to_string(number) + '"'; }
    void operator()(bool flag) const { to += flag ? "true" : "false"; }
    void operator()(const std::vector<std::string>& list) const {
      to += '[';
      for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) to += ',';
        write_json_string(to, list[i]);
      }
      to += ']';
    }
  };
  std::visit(Json{out}, cell);
}

void write_json_member(std::string& out, std::string_view name, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return;
  if (out.back() != '{') out += ',';
  write_json_string(out, name);
  out += ':';
  write_json_value(out, cell);
}

void write_json_row(std::string& out, const std::vector<Column>& columns, const std::vector<Cell>& cells) {
  MUNIMENT_ASSERT(cells.size() == columns.size());
  out += '{';
  for (std::size_t i = 0; i < cells.size(); ++i) write_json_member(out, columns[i].name, cells[i]);
  out += '}';
}

}  // namespace muniment
