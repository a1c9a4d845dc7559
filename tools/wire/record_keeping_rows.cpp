#include "tools/wire/record_keeping_rows.h"

namespace muniment {
namespace {

// Nothing where no event says it.
Cell said_at(Timestamp at, Position position) { return position == 0 ? Cell{} : Cell{at.text()}; }
Cell said_by(const Principal& by, Position position) { return position == 0 ? Cell{} : Cell{by.text()}; }

}  // namespace

std::vector<Column> retention_columns() {
  return {{"kind"},
          {"years", Column::Kind::number},
          {"until", Column::Kind::time},
          {"username"},
          {"matter"},
          {"since", Column::Kind::time},
          {"by"},
          {"reason"},
          {"position", Column::Kind::number}};
}

std::vector<Cell> retention_cells(const RetentionRow& row) {
  return {std::string{name_of(row.kind)},
          row.years ? Cell{std::uint64_t{*row.years}} : Cell{},
          row.until ? Cell{row.until->text()} : Cell{},
          text_cell(row.username),
          text_cell(row.matter),
          said_at(row.since, row.position),
          said_by(row.by, row.position),
          text_cell(row.reason),
          position_cell(row.position)};
}

std::vector<Column> gap_columns() {
  return {{"kind"},
          {"from_position", Column::Kind::number},
          {"to_position", Column::Kind::number},
          {"from", Column::Kind::time},
          {"to", Column::Kind::time},
          {"count", Column::Kind::number},
          {"by"},
          {"position", Column::Kind::number},
          {"reference"}};
}

std::vector<Cell> gap_cells(const GapRow& row) {
  const bool has_ended = row.kind != GapRow::Kind::imported || row.to_position != 0;
  return {std::string{name_of(row.kind)},
          position_cell(row.from_position),
          position_cell(row.to_position),
          row.from.text(),
          has_ended ? Cell{row.to.text()} : Cell{},
          row.count,
          said_by(row.by, row.position),
          position_cell(row.position),
          text_cell(row.reference)};
}

}  // namespace muniment
