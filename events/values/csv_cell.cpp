#include "events/values/csv_cell.h"

#include <algorithm>
#include <array>

namespace muniment {
namespace {

// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), with the full-width forms of the signs.
bool is_formula(std::string_view text) {
  constexpr std::array<std::string_view, 4> wide{"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
  if (text.empty()) return false;
  if (std::string_view{"=+-@\t\r\n"}.find(text.front()) != std::string_view::npos) return true;
  return text.front() == wide[0].front() && std::ranges::any_of(wide, [&](std::string_view sign) { return text.starts_with(sign); });
}

// `;` too: where it separates columns, the rest of an unquoted cell would be one of its own, and perhaps a formula.
constexpr std::array<bool, 256> quoted_characters = [] {
  std::array<bool, 256> table{};
  for (const char c : {',', ';', '"', '\r', '\n'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_quoted(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return quoted_characters[static_cast<unsigned char>(c)]; });
}

bool is_changed(std::string_view text) { return is_formula(text) || is_quoted(text); }

}  // namespace

void put_csv_cell(std::string& out, std::string_view text) {
  const bool has_quotes = is_quoted(text);
  if (has_quotes) out += '"';
  if (is_formula(text)) out += '\'';
  if (!has_quotes) {
    out += text;
    return;
  }
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

bool is_csv_cell_before(std::string_view one, std::string_view other, char behind) {
  if (!is_changed(one) && !is_changed(other)) {
    const auto [in_one, in_other] = std::ranges::mismatch(one, other);
    const char first = in_one == one.end() ? behind : *in_one;
    const char second = in_other == other.end() ? behind : *in_other;
    return static_cast<unsigned char>(first) < static_cast<unsigned char>(second);
  }
  std::string first;
  std::string second;
  put_csv_cell(first, one);
  put_csv_cell(second, other);
  return (first += behind) < (second += behind);
}

bool is_ordered_as_csv_cell(std::string_view text) {
  const auto is_before_comma = [](char c) { return static_cast<unsigned char>(c) <= ','; };
  return !is_changed(text) && std::ranges::none_of(text, is_before_comma);
}

}  // namespace muniment
