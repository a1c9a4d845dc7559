#include "tools/wire/state_rows.h"

#include <array>

#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

constexpr std::int64_t ns_a_second = 1'000'000'000;

// Nothing where it took effect after what it is counted to.
Cell seconds_cell(Timestamp from, Timestamp to) {
  if (to < from) return {};
  return static_cast<std::uint64_t>((to.ns - from.ns) / ns_a_second);
}

// When, by whom, why.
void add_main_cells(std::vector<Cell>& out, const AccessChange& change) {
  out.insert(out.end(), {change.at.text(), change.actor.text(), text_cell(change.reason)});
}

constexpr std::size_t rest_cells = 6;

void add_rest_cells(std::vector<Cell>& out, const AccessChange& change) {
  out.insert(out.end(), {position_cell(change.position), std::string{change.type}, std::string{name_of(change.authority)},
                         text_cell(change.requested_by), text_cell(change.approved_by), text_cell(change.reference)});
}

}  // namespace

std::vector<Column> state_columns() {
  std::vector<Column> out{{"username"}, {"state"},        {"from", Column::Kind::time},     {"by"}, {"reason"}, {"to", Column::Kind::time},
                          {"ended_by"}, {"ended_reason"}, {"seconds", Column::Kind::number}};
  constexpr std::array<std::string_view, 2 * rest_cells> in_json{
      "position",    "type",       "authority",       "requested_by",       "approved_by",       "reference",
      "to_position", "ended_type", "ended_authority", "ended_requested_by", "ended_approved_by", "ended_reference"};
  for (const std::string_view name : in_json) out.push_back({name, Column::Kind::text, Shown::only_in_json});
  return out;
}

std::vector<Cell> state_cells(const StateInterval& interval, Timestamp until) {
  std::vector<Cell> out{interval.username, std::string{name_of(interval.state)}};
  add_main_cells(out, interval.began);
  if (interval.ended) {
    add_main_cells(out, *interval.ended);
  } else {
    out.resize(out.size() + 3);
  }
  out.push_back(seconds_cell(interval.began.at, interval.ended ? interval.ended->at : until));
  add_rest_cells(out, interval.began);
  if (interval.ended) add_rest_cells(out, *interval.ended);
  out.resize(state_columns().size());
  return out;
}

}  // namespace muniment
