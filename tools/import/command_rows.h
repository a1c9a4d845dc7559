// Rows of a customer's own file as commands, one each: accounts of an organization that starts today, sign-ins, departures. docs/cli.md,
// "import accounts".
//
//   accounts     create_subordinate; link_subordinate, where the row has a username
//   sign-ins     record_sign_in
//   departures   report_departure
#pragma once

#include "tools/import/row_reader.h"

namespace muniment {

enum class RowKind : std::uint8_t { accounts, sign_ins, departures };

// What rows of this kind may have.
std::span<const RowField> fields_of(RowKind kind);

struct CommandRow {
  std::size_t line;
  std::string json;  // A command as `submit` takes it. May hold personal values.
  // Its command id says all that makes it the signal that it is: one that is recorded under that id with another place or reference is
  // known.
  bool is_known_by_id = false;
};

struct RowTerms {
  RowKind kind;
  ColumnMap map = {};
  std::string actor;  // Principal::text().
  // Of an import of accounts: with the line it makes the command ids, so that the same file under the same name adds nothing twice.
  std::string name;
};

// At most 32 letters, digits, dots, dashes and underscores.
bool is_import_name(std::string_view name);

struct CommandRows {
  std::vector<CommandRow> rows;
  // In the order of the file. What was read is whole only if there is none.
  std::vector<RowProblem> problems;
  std::vector<std::string> extra_columns;  // That no field has.
};

// Reads to the end. Throws InputFailed where the file cannot be read to its end.
CommandRows read_command_rows(std::istream& in, const RowTerms& terms);

}  // namespace muniment
