#include "tools/wire/csv_order.h"

#include <algorithm>
#include <string>
#include <utility>

#include "tools/wire/csv.h"

namespace muniment {

void sort_as_csv(std::vector<std::vector<Cell>>& rows, const std::vector<Column>& columns) {
  std::vector<std::pair<std::string, std::vector<Cell>>> by_line;
  by_line.reserve(rows.size());
  for (auto& cells : rows) {
    std::string line;
    write_csv_row(line, columns, cells);
    by_line.emplace_back(std::move(line), std::move(cells));
  }
  std::ranges::stable_sort(by_line, {}, [](const auto& one) -> const std::string& { return one.first; });
  std::ranges::transform(by_line, rows.begin(), [](auto& one) { return std::move(one.second); });
}

}  // namespace muniment
