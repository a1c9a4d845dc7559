#include "tools/wire/histogram_rows.h"

#include <string>

#include "events/record/record.h"

namespace muniment {
namespace {

bool is_refusal(FactNumber type) {
  using Fact = schema::Event::Fact;
  return type == Fact::COMMAND_REFUSED || type == Fact::ACCESS_DENIED;
}

}  // namespace

bool TrailCounter::add(const TrailRow& row) {
  if (left_ == 0) {
    is_cut_ = true;
    return false;
  }
  --left_;
  histogram_.add(row.at, is_refusal(row.type));
  last_ = row.at;
  return true;
}

std::vector<NamedCell> TrailCounter::remarks() const {
  std::vector<NamedCell> out{{"unit", std::string{name_of(histogram_.unit())}}};
  if (is_cut_) out.emplace_back("counted_since", last_.text());
  return out;
}

std::vector<std::vector<Cell>> TrailCounter::rows() const {
  std::vector<std::vector<Cell>> out;
  for (const auto& period : histogram_.periods()) out.push_back({period.from.text(), period.to.text(), period.events, period.refused});
  return out;
}

std::vector<Column> histogram_columns() {
  return {{"from", Column::Kind::time}, {"to", Column::Kind::time}, {"events", Column::Kind::number}, {"refused", Column::Kind::number}};
}

}  // namespace muniment
