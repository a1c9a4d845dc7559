#include "tools/import/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "events/values/text.h"

namespace muniment {
namespace {

using Form = RowField::Form;

constexpr std::string_view usual_separator = ";";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// What one cell says, in the words that commands have.
class CellReader {
 public:
  CellReader(const ColumnMap& map, const RowField& field) : map_(map), field_(field) {}

  // Nothing where the cell is not of the form; then expected() says of which.
  std::optional<std::vector<std::string>> read(std::string_view cell) {
    if (field_.form == Form::list) return read_list(cell);
    auto meant = meaning_of(cell);
    if (!meant) return std::nullopt;
    if (meant->size() != 1) return refuse("one value");
    auto one = read_one(meant->front());
    if (!one) return std::nullopt;
    return std::vector{std::move(*one)};
  }
  const std::string& expected() const { return expected_; }

 private:
  std::nullopt_t refuse(std::string expected) {
    expected_ = std::move(expected);
    return std::nullopt;
  }

  std::optional<std::vector<std::string>> meaning_of(std::string_view said) {
    const auto values = map_.values.find(field_.name);
    if (values == map_.values.end()) return std::vector{std::string{said}};
    const auto meant = values->second.find(said);
    if (meant == values->second.end()) return refuse("a value that the map has");
    return meant->second;
  }

  std::optional<std::vector<std::string>> read_list(std::string_view cell) {
    const auto separators = map_.separators.find(field_.name);
    const std::string_view separator = separators == map_.separators.end() ? usual_separator : std::string_view{separators->second};
    std::vector<std::string> out;
    while (!cell.empty()) {
      const std::size_t end = std::min(cell.find(separator), cell.size());
      const std::string_view said = trimmed(cell.substr(0, end));
      cell.remove_prefix(std::min(cell.size(), end + separator.size()));
      if (said.empty()) continue;
      auto meant = meaning_of(said);
      if (!meant) return std::nullopt;
      std::ranges::move(*meant, std::back_inserter(out));
    }
    return out;
  }

  std::optional<std::string> read_one(const std::string& text) {
    if (field_.form == Form::flag && text != "true" && text != "false") return refuse("true or false");
    const auto form = map_.forms.find(field_.name);
    if (form == map_.forms.end() || (field_.form != Form::time && field_.form != Form::birth_day)) return text;
    auto read = field_.form == Form::time ? form->second.time_of(text) : form->second.birth_day_of(text);
    if (!read) return refuse(form->second.pattern());
    return read;
  }

  const ColumnMap& map_;
  const RowField& field_;
  std::string expected_;
};

}  // namespace

std::vector<std::string_view> names_of(std::span<const RowField> fields) {
  std::vector<std::string_view> out;
  for (const RowField& field : fields) out.push_back(field.name);
  return out;
}

std::vector<std::string_view> names_of_times(std::span<const RowField> fields) {
  std::vector<std::string_view> out;
  for (const RowField& field : fields) {
    if (field.form == Form::time) out.push_back(field.name);
  }
  return out;
}

RowReader::RowReader(std::istream& in, std::span<const RowField> fields, const ColumnMap& map)
    : csv_(in, "the file", map.column_separator), fields_(fields), map_(map) {
  if (csv_.next(cells_) == CsvReader::Result::record) {
    read_heading();
  } else {
    problems_.push_back({1, "expected a first line with the names of the columns"});
  }
  has_heading_ = problems_.empty();
}

void RowReader::read_heading() {
  columns_ = cells_.size();
  for (std::string& cell : cells_) cell = trimmed(cell);
  std::vector<bool> is_known(columns_, false);
  for (const RowField& field : fields_) {
    const std::string_view name = map_.heading_of(field.name);
    const auto found = std::ranges::find(cells_, name);
    if (found == cells_.end()) {
      const bool is_missed = field.is_required && !map_.constants.contains(field.name);
      if (is_missed || map_.columns.contains(field.name)) problems_.push_back({1, fmt::format("expected a column {}", name)});
      continue;
    }
    if (std::find(found + 1, cells_.end(), name) != cells_.end()) problems_.push_back({1, fmt::format("expected one column {}", name)});
    const auto place = static_cast<std::size_t>(found - cells_.begin());
    places_[field.name] = place;
    is_known[place] = true;
  }
  for (std::size_t i = 0; i < columns_; ++i) {
    if (!is_known[i]) extra_columns_.push_back(cells_[i]);
  }
}

bool RowReader::next(Row& row) {
  if (!has_heading_) return false;
  for (auto result = csv_.next(cells_); result != CsvReader::Result::end; result = csv_.next(cells_)) {
    if (result == CsvReader::Result::bad) {
      problems_.push_back({csv_.line(), csv_.problem()});
    } else if (cells_.size() != columns_) {
      problems_.push_back({csv_.line(), fmt::format("expected {} fields, as the first line has", columns_)});
    } else if (!std::ranges::all_of(cells_, [](const std::string& cell) { return is_utf8(cell); })) {
      problems_.push_back({csv_.line(), "expected UTF-8"});
    } else if (read(row)) {
      return true;
    }
  }
  return false;
}

bool RowReader::read(Row& row) {
  row.line = csv_.line();
  row.values.clear();
  std::string problem;
  for (const RowField& field : fields_) {
    const std::string_view cell = cell_of(field);
    if (cell.empty() && field.form != Form::list) continue;
    CellReader reader(map_, field);
    if (auto values = reader.read(cell)) {
      row.values.emplace(field.name, std::move(*values));
    } else {
      problem += fmt::format("{}{}: expected {}", problem.empty() ? "" : "; ", map_.heading_of(field.name), reader.expected());
    }
  }
  if (problem.empty()) return true;
  problems_.push_back({row.line, std::move(problem)});
  return false;
}

std::string_view RowReader::cell_of(const RowField& field) const {
  if (const auto place = places_.find(field.name); place != places_.end()) return cells_[place->second];
  const auto constant = map_.constants.find(field.name);
  return constant == map_.constants.end() ? std::string_view{} : std::string_view{constant->second};
}

}  // namespace muniment
