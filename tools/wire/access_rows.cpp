#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

}  // namespace

std::string_view name_of(schema::Authority authority) {
  switch (authority) {
    case schema::Authority::NONE:
      return "none";
    case schema::Authority::UNKNOWN:
      return "unknown";
    case schema::Authority::OFFICER:
      return "officer";
    case schema::Authority::PRIMARY_USER:
      return "primary_user";
    case schema::Authority::BACKUP:
      return "backup";
    case schema::Authority::DELEGATE:
      return "delegate";
    case schema::Authority::SELF:
      return "self";
    case schema::Authority::REVIEWER:
      return "reviewer";
    case schema::Authority::APPOINTED_DELEGATE:
      return "appointed_delegate";
    case schema::Authority::SUBMITTER:
      return "submitter";
    case schema::Authority::NODE:
      return "node";
    case schema::Authority::AUDITOR:
      return "auditor";
  }
  return "newer";
}

std::string_view name_of(NameState state) {
  switch (state) {
    case NameState::known:
      return "known";
    case NameState::none:
      return "none";
    case NameState::unavailable:
      return "unavailable";
    case NameState::erased:
      return "erased";
  }
  return "unavailable";
}

std::vector<std::string> names_of(const std::vector<Unusable>& reasons) {
  std::vector<std::string> out;
  for (const Unusable reason : reasons) out.emplace_back(name_of(reason));
  return out;
}

void add_change_columns(std::vector<Column>& out, const ChangeColumns& names, Column::Shown shown) {
  out.push_back({names.at, Column::Kind::time, shown});
  out.push_back({names.by, Column::Kind::text, shown});
  for (const std::string_view name : {names.position, names.type, names.authority, names.requested_by, names.approved_by, names.reason,
                                      names.reference, names.imported_by}) {
    out.push_back({name, Column::Kind::text, Column::Shown::only_in_json});
  }
}

void add_change_cells(std::vector<Cell>& out, const std::optional<AccessChange>& change) {
  constexpr std::size_t columns = 10;
  if (!change) {
    out.resize(out.size() + columns);
    return;
  }
  out.emplace_back(change->at.text());
  out.emplace_back(change->actor.text());
  out.push_back(position_cell(change->position));
  out.emplace_back(std::string{change->type});
  out.emplace_back(std::string{name_of(change->authority)});
  out.push_back(text_cell(change->requested_by));
  out.push_back(text_cell(change->approved_by));
  out.push_back(text_cell(change->reason));
  out.push_back(text_cell(change->reference));
  out.push_back(position_cell(change->imported_by));
}

std::vector<NamedCell> truth_cells(const Truth& truth, const std::optional<std::string>& next) {
  std::vector<NamedCell> out{{"true_of", truth.true_of}};
  if (!truth.incomplete.empty()) {
    std::vector<std::string> positions;
    for (const Position position : truth.incomplete) positions.push_back(std::to_string(position));
    out.emplace_back("incomplete", std::move(positions));
  }
  if (next) out.emplace_back("next", *next);
  return out;
}

std::vector<Column> access_columns() {
  std::vector<Column> columns{
      {"provider", Column::Kind::provider}, {"username"}, {"service"}, {"usable", Column::Kind::flag, Shown::not_in_csv}};
  columns.push_back({"why_not", Column::Kind::list, Shown::not_in_csv});
  add_change_columns(columns, granting, Shown::not_in_csv);
  add_change_columns(columns, ending, Shown::only_in_json);
  return columns;
}

std::vector<Cell> access_cells(const AccessRow& row) {
  std::vector<Cell> cells{row.provider.text(), row.username, row.service, row.usable(),
                          row.usable() ? Cell{} : Cell{names_of(row.unusable)}};
  add_change_cells(cells, row.granted);
  add_change_cells(cells, row.ended);
  return cells;
}

std::vector<Column> diff_columns() {
  std::vector<Column> columns{{"provider", Column::Kind::provider}, {"username"}, {"service"},  {"change"},
                              {"at", Column::Kind::time},           {"by"},       {"reference"}};
  add_change_columns(columns, granting_of_difference, Shown::only_in_json);
  add_change_columns(columns, ending, Shown::only_in_json);
  return columns;
}

std::vector<Cell> diff_cells(const AccessDiffRow& row) {
  const bool is_gain = row.difference == AccessDifference::gained;
  const AccessChange& change = is_gain || !row.ended ? row.granted : *row.ended;
  std::vector<Cell> cells{row.provider.text(), row.username,       row.service, std::string{is_gain ? "gained" : "lost"},
                          change.at.text(),    change.actor.text()};
  cells.push_back(text_cell(change.reference));
  add_change_cells(cells, row.granted);
  add_change_cells(cells, row.ended);
  return cells;
}

std::vector<Column> roster_columns() {
  return {{"username"},
          {"last_name"},
          {"first_name"},
          {"middle_initial"},
          {"services", Column::Kind::list},
          {"usable", Column::Kind::flag},
          {"why_not", Column::Kind::list},
          {"linked_at", Column::Kind::time, Shown::not_in_csv},
          {"provider", Column::Kind::provider, Shown::only_in_json},
          {"account", Column::Kind::text, Shown::only_in_json},
          {"name", Column::Kind::text, Shown::only_in_json},
          {"linked_position", Column::Kind::text, Shown::only_in_json},
          {"changed_at", Column::Kind::text, Shown::only_in_json},
          {"changed_position", Column::Kind::text, Shown::only_in_json}};
}

std::vector<Cell> roster_cells(const RosterRow& row) {
  return {row.username,
          text_cell(row.last_name),
          text_cell(row.first_name),
          text_cell(row.middle_initial),
          row.services,
          row.usable(),
          row.usable() ? Cell{} : Cell{names_of(row.unusable)},
          row.linked_at.text(),
          row.provider.text(),
          row.account.hex(),
          std::string{name_of(row.name)},
          position_cell(row.linked_position),
          row.changed_at.text(),
          position_cell(row.changed_position)};
}

}  // namespace muniment
