// Rows of a customer's own CSV file: what each says of the fields that are asked for, in muniment's words. column_map.h says how the file
// has them. What is wrong is told by line, all of it, under the file's own headings and never by value.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/import/column_map.h"
#include "tools/import/csv_reader.h"

namespace muniment {

struct RowField {
  enum class Form : std::uint8_t {
    text,
    list,       // Several values, between separators.
    flag,       // true or false
    time,       // RFC 3339
    birth_day,  // mm/dd
  };
  std::string_view name;
  Form form = Form::text;
  bool is_required = false;  // There must be a column, or a constant.
};

std::vector<std::string_view> names_of(std::span<const RowField> fields);
// Of those that are moments.
std::vector<std::string_view> names_of_times(std::span<const RowField> fields);

struct RowProblem {
  std::size_t line;  // From 1.
  std::string reason;

  bool operator==(const RowProblem&) const = default;
};

struct Row {
  std::size_t line = 0;
  // By field. What the row leaves empty is not there, but for a list.
  std::map<std::string_view, std::vector<std::string>> values;

  bool has(std::string_view field) const { return values.contains(field); }
};

class RowReader {
 public:
  // Borrows all; reads the heading. What is wrong with that is a problem, and then there are no rows.
  RowReader(std::istream& in, std::span<const RowField> fields, const ColumnMap& map);

  // The next row that is good; false when there is none. Throws InputFailed where the file cannot be read on.
  bool next(Row& row);

  // So far, in the order of the file. What was read is whole only if there is none at the end.
  const std::vector<RowProblem>& problems() const { return problems_; }
  // Columns that no field has.
  const std::vector<std::string>& extra_columns() const { return extra_columns_; }

 private:
  void read_heading();
  bool read(Row& row);
  std::string_view cell_of(const RowField& field) const;

  CsvReader csv_;
  const std::span<const RowField> fields_;
  const ColumnMap& map_;
  std::size_t columns_ = 0;
  bool has_heading_ = false;
  std::map<std::string_view, std::size_t> places_;  // By field: of its column.
  std::vector<std::string> cells_;
  std::vector<RowProblem> problems_;
  std::vector<std::string> extra_columns_;
};

}  // namespace muniment
