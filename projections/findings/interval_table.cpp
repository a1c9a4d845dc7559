#include "projections/findings/interval_table.h"

#include <algorithm>

namespace muniment::view {
namespace {

constexpr std::size_t remembered_max = 1 << 17;

}  // namespace

IntervalTable::Kept& IntervalTable::load(const std::string& place) {
  if (const auto found = kept_.find(place); found != kept_.end()) return found->second;
  Kept kept;
  if (const auto value = database_.get(table_, interval_key(TableTag::finding_open, place))) kept.open = take_interval(*value);
  return kept_.emplace(place, std::move(kept)).first->second;
}

IntervalTable::Kept& IntervalTable::change(Kept& kept) {
  if (!kept.changed) ++changed_;
  kept.changed = true;
  return kept;
}

void IntervalTable::put(const IntervalName& name, Interval interval) { change(kept_[interval_place(name)]).open = std::move(interval); }

Interval* IntervalTable::find(const IntervalName& name) {
  Kept& kept = load(interval_place(name));
  return kept.open ? &*change(kept).open : nullptr;
}

void IntervalTable::end(const IntervalName& name, const EventRef& event, const PolicyView& policy, const EventRef* reported) {
  Kept& kept = load(interval_place(name));
  if (!kept.open) return;
  Interval interval = std::move(*kept.open);
  change(kept).open.reset();
  if (interval.kind == IntervalKind::due) {
    if (reported != nullptr && reported->position == 0) return;
    if (reported != nullptr) interval.from = std::max(interval.from, reported->at);
    interval.from = due_time(interval.from, name.rule, policy);
    interval.policy = policy.position();
    interval.kind = IntervalKind::condition;
    if (interval.from > event.at) return;
  }
  interval.ended = event;
  ++interval.count;
  add_evidence(interval, event.position);
  IntervalName ended = name;
  ended.id = interval.opened.position;  // One name has one open row, and as many that ended as there were.
  ended_.emplace_back(interval_place(ended), std::move(interval));
}

void IntervalTable::finish(RowBuffer& rows) {
  std::string value;
  for (auto& [place, kept] : kept_) {
    if (!kept.changed) continue;
    kept.changed = false;
    const std::string key = interval_key(TableTag::finding_open, place);
    if (!kept.open) {
      rows.remove(key);
      continue;
    }
    value.clear();
    put_interval(value, *kept.open);
    rows.put(key, value);
  }
  for (const auto& [place, interval] : ended_) {
    value.clear();
    put_interval(value, interval);
    rows.put(interval_key(TableTag::finding_ended, place), value);
  }
  ended_.clear();
  changed_ = 0;
}

void IntervalTable::written() {
  if (kept_.size() > remembered_max) kept_.clear();
}

}  // namespace muniment::view
