#include "tools/wire/interval_rows.h"

#include <algorithm>
#include <utility>

#include "tools/wire/access_rows.h"
#include "tools/wire/csv_order.h"

namespace muniment {
namespace {

struct Interval {
  std::string service;
  AccessChange granted;
  std::optional<AccessChange> ended = {};
};

void end_at(std::vector<Interval>& intervals, const std::string* service, const AccessChange& change) {
  for (Interval& interval : intervals) {
    if (!interval.ended && (service == nullptr || interval.service == *service)) interval.ended = change;
  }
}

std::vector<Interval> intervals_of(const LinkStory& story) {
  std::vector<Interval> out;
  for (const LinkStep& step : story.steps) {
    // The end of a link ends all that was held by it.
    if (step.kind == LinkStep::Kind::ended) end_at(out, nullptr, step.change);
    for (const std::string& service : step.revoked) end_at(out, &service, step.change);
    for (const std::string& service : step.granted) {
      const bool is_held =
          std::ranges::any_of(out, [&](const Interval& interval) { return !interval.ended && interval.service == service; });
      if (!is_held) out.push_back({service, step.change});
    }
  }
  return out;
}

}  // namespace

std::vector<Column> interval_columns() {
  std::vector<Column> columns{{"provider", Column::Kind::provider}, {"username"}, {"service"}};
  add_change_columns(columns, granting, Column::Shown::everywhere);
  add_change_columns(columns, ending, Column::Shown::everywhere);
  return columns;
}

std::vector<std::vector<Cell>> interval_rows(const Username& username, const LinkStories& stories) {
  std::vector<std::vector<Cell>> out;
  for (const LinkStory& story : stories.links) {
    for (const Interval& interval : intervals_of(story)) {
      std::vector<Cell> cells{story.provider.text(), username.text(), interval.service};
      add_change_cells(cells, interval.granted);
      add_change_cells(cells, interval.ended);
      out.push_back(std::move(cells));
    }
  }
  sort_as_csv(out, interval_columns());
  return out;
}

}  // namespace muniment
