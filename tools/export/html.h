// What a report in HTML is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muniment {

// Appends text so that none of it is markup, in an element or in an attribute between quotation marks.
void put_html(std::string& out, std::string_view text);
// The same of a heading; a line may be broken behind each underscore, as identifiers have them.
void put_breakable(std::string& out, std::string_view text);
// Appends a table's cell.
void put_cell(std::string& out, std::string_view text);
// Appends how a table begins: its columns with their shares of the width.
void put_columns(std::string& out, const std::vector<unsigned>& percents);

struct Bar {
  std::string label;
  std::uint64_t count = 0;
};

// Appends an SVG of bars, each with its count above and its label below as far as there is room. Nothing where there are none.
void put_bars(std::string& out, const std::vector<Bar>& bars);

}  // namespace muniment
