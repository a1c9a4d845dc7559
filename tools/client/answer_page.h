// What a node answers with in JSON, read: pages of rows, records and problems.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/page.h"
#include "tools/wire/cell.h"

namespace muniment {

// What came is no answer of a node, or of a newer one.
struct AnswerUnreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct AnswerPage {
  std::vector<std::string> rows;  // Each one's JSON, as it was sent.
  Truth truth;
  std::optional<std::string> next;
  std::string see_also;                 // Somebody else of the same name; empty: nobody.
  std::vector<NamedCell> remarks = {};  // What else it says beside the rows, such as the size and the root of the log.
};

struct AnswerProblem {
  std::string name;  // The last part of its type. Empty: it is none.
  std::string title;
  std::string detail;
  std::string field;

  // One line for people.
  std::string message() const;
};

// Throw AnswerUnreadable.
AnswerPage read_page(std::string_view json);
// The members in their order. Numbers come as text.
std::vector<std::pair<std::string, Cell>> read_record(std::string_view json);
// A cell a column, of a row in JSON; members that are no column are left out.
std::vector<Cell> read_cells(std::string_view row, const std::vector<Column>& columns);

// Never throws.
AnswerProblem read_problem(std::string_view json);

}  // namespace muniment
