#include "projections/findings/interval_table.h"

#include <algorithm>

namespace muniment::view {

IntervalTable::Kept& IntervalTable::load(const std::string& place) {
  const auto [kept, is_new] = open_.try_emplace(place);
  if (!is_new) return kept->second;
  if (const auto value = database_.get(table_, interval_key(TableTag::finding_open, place))) kept->second.open = take_interval(*value);
  return kept->second;
}

void IntervalTable::put(const IntervalName& name, Interval interval) {
  Kept& kept = open_[interval_place(name)];
  if (!kept.open) ++opened_[static_cast<std::size_t>(name.rule)];
  const bool begins_later = interval.kind == IntervalKind::due;  // By time alone, as whoever asks finds out.
  latest_ = std::max({latest_, interval.opened.at, begins_later ? interval.opened.at : interval.from});
  kept.open = std::move(interval);
  kept.is_changed = true;
}

Interval* IntervalTable::find(const IntervalName& name) {
  Kept& kept = load(interval_place(name));
  if (!kept.open) return nullptr;
  kept.is_changed = true;
  return &*kept.open;
}

void IntervalTable::end(const IntervalName& name, const EventRef& event, bool corrected) {
  std::string place = interval_place(name);
  Kept& kept = load(place);
  if (!kept.open) return;
  Interval interval = std::move(*kept.open);
  kept.open.reset();
  kept.is_changed = true;
  --opened_[static_cast<std::size_t>(name.rule)];
  interval.ended = event;
  interval.corrected = corrected;
  ++interval.count;
  add_evidence(interval, event.position);
  latest_ = std::max(latest_, event.at);
  ended_.emplace_back(std::move(place), std::move(interval));
}

void IntervalTable::put_ended(const IntervalName& name, Interval interval) {
  latest_ = std::max(latest_, interval.ended->at);
  ended_.emplace_back(interval_place(name), std::move(interval));
}

void IntervalTable::forget(const IntervalName& name) {
  std::string place = interval_place(name);
  Kept& kept = load(place);
  if (kept.open) --opened_[static_cast<std::size_t>(name.rule)];
  kept.open.reset();
  kept.is_changed = true;
  std::erase_if(ended_, [&](const auto& ended) { return ended.first == place; });
  forgotten_.push_back(std::move(place));
}

void IntervalTable::end_all(PackedProvider provider, const EventRef& event) {
  std::string at;
  put_provider(at, provider);
  const std::string prefix = interval_key(TableTag::finding_open, at);
  const auto snapshot = database_.snapshot();
  auto rows = snapshot.rows(table_, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next()) load(std::string{rows.key().substr(1)});
  std::vector<std::string> ending;
  for (const auto& [place, kept] : open_) {
    if (place.starts_with(at) && kept.open && kept.open->kind != IntervalKind::act) ending.push_back(place);
  }
  for (const std::string& place : ending) end(take_interval_place(place), event);
}

void IntervalTable::finish(RowBuffer& rows) {
  std::string value;
  const auto put_row = [&](TableTag tag, const std::string& place, const Interval& interval) {
    value.clear();
    put_interval(value, interval);
    rows.put(interval_key(tag, place), value);
  };
  for (auto& [place, kept] : open_) {
    if (!kept.is_changed) continue;
    kept.is_changed = false;
    if (kept.open) {
      put_row(TableTag::finding_open, place, *kept.open);
    } else {
      rows.remove(interval_key(TableTag::finding_open, place));
    }
  }
  for (const std::string& place : forgotten_) rows.remove(interval_key(TableTag::finding_ended, place));
  forgotten_.clear();
  for (const auto& [place, interval] : ended_) put_row(TableTag::finding_ended, place, interval);
  ended_.clear();
}

}  // namespace muniment::view
