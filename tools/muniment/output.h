// Rows of an answer, in the form that was asked for. One model, four forms:
//
//   table   for people: aligned, a heading; written when the answer is complete, because the widths are not known before
//   csv     as tools/wire/csv.h has it
//   ndjson  one object a row
//   json    one object: the rows, and what the answer says about itself
//
// Output that cannot be written ends the program: CliError.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/wire/cell.h"

namespace muniment {

enum class Format { table, json, ndjson, csv };

class RowWriter {
 public:
  // Borrows `out`. `head` stands in the envelope of a JSON answer, before the rows. Bold headings where `has_color`.
  RowWriter(Format format, std::vector<Column> columns, std::ostream& out, bool has_color, const std::vector<NamedCell>& head = {});
  // One cell a column.
  void add(const std::vector<Cell>& cells);
  // A row that is an object already: for json and ndjson alone.
  void add_json(std::string_view object);
  // Writes what is left. `tail` stands in the envelope of a JSON answer, behind the rows.
  void finish(const std::vector<NamedCell>& tail = {});
  // Writes what is there, before the rows have ended. Nothing of a table.
  void flush();
  std::size_t rows() const { return rows_; }

 private:
  void begin_json_row();
  void write_table();
  void flush_if_large();
  void write_out();

  Format format_;
  std::vector<Column> columns_;
  std::vector<Column> shown_;  // Those of a table.
  std::ostream& out_;
  bool has_color_;
  std::size_t rows_ = 0;
  std::string buffer_;
  std::vector<std::vector<std::string>> table_;
};

// Throws CliError where what was written to it did not arrive.
void require_written(const std::ostream& out);

// One thing with named properties: lines `name value` for people, two columns in CSV, one object in JSON.
void write_record(Format format, const std::vector<std::pair<std::string, Cell>>& record, std::ostream& out);

}  // namespace muniment
