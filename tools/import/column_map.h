// How a customer's own file says what muniment asks for: a small TOML file. docs/cli.md, "A map of columns".
//
//   [columns]            a field, and the heading that it has in the file; without a map the heading is the field's name
//   [constants]          a field that is the same in every row
//   [values.FIELD]       what the file says, and what is meant by it: a text, or a list of them
//   [forms]              a field, and how its days or times are written: time_form.h; and `offset`, that of the file's clock from UTC,
//                        or its `zone`
//   [separators]         a field, and what stands between several values in it; `;` where nothing is said
//   [file]               `separator`: what stands between two columns; a comma where nothing is said
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/import/time_form.h"

namespace muniment {

struct ColumnMap {
  template <typename T>
  using ByField = std::map<std::string, T, std::less<>>;

  ByField<std::string> columns;
  ByField<std::string> constants;
  ByField<std::map<std::string, std::vector<std::string>, std::less<>>> values;
  ByField<TimeForm> forms;
  ByField<std::string> separators;
  char column_separator = ',';

  // Reads the file. Gives all that is wrong with it, each by file, line and what was expected. `fields`: what it may speak of; `times`:
  // those of them that are moments, whose form must say of which year and by which clock.
  static std::expected<ColumnMap, std::vector<std::string>> read(const std::filesystem::path& file,
                                                                 const std::vector<std::string_view>& fields,
                                                                 const std::vector<std::string_view>& times = {});

  // Under which heading the file has the field.
  std::string_view heading_of(std::string_view field) const;
};

}  // namespace muniment
