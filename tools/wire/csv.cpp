#include "tools/wire/csv.h"

#include <algorithm>
#include <array>
#include <utility>

#include "events/values/assert.h"

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

namespace {

// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), with the full-width forms of the signs.
bool is_formula(std::string_view text) {
  constexpr std::array<std::string_view, 4> wide{"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
  if (text.empty()) return false;
  if (std::string_view{"=+-@\t\r\n"}.find(text.front()) != std::string_view::npos) return true;
  return text.front() == wide[0].front() && std::ranges::any_of(wide, [&](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

void write_csv_cell(std::string& out, std::string_view text) {
  // `;` too: where it separates columns, the rest of an unquoted cell would be one of its own, and perhaps a formula.
  const bool is_quoted = text.find_first_of(",;\"\r\n") != std::string_view::npos;
  if (is_quoted) out += '"';
  if (is_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (is_quoted) out += '"';
}

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
