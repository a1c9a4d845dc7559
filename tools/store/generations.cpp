#include "tools/store/generations.h"

#include <algorithm>

#include "events/record/record.h"

namespace muniment {
namespace {

std::string name_of(schema::Event::Reader event) { return event_id_of(event).hex().substr(0, Generations::text_size); }

bool is_name(std::string_view text) {
  return text.size() == Generations::text_size &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

GenerationText GenerationText::of(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || !is_name(text.substr(0, dash))) return {{}, text};
  return {text.substr(0, dash), text.substr(dash + 1)};
}

Generations Generations::of(const EventLog& log) {
  Generations out;
  log.read(0, 1, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    out.all_.push_back({name_of(record.event()), 0});
    return false;
  });
  if (out.all_.empty()) out.all_.push_back({std::string(text_size, '0'), 0});  // An empty log has nothing that could be seen.
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    if (fact.isStoreRestored() && !fact.getStoreRestored().getVault())
      out.all_.push_back({name_of(record.event()), fact.getStoreRestored().getHead()});
    return true;
  });
  return out;
}

// What a later restoring left is what both have; one that was lost itself cut no deeper than the one that lost it.
std::optional<Position> Generations::shared_with(std::string_view generation) const {
  const auto found = std::ranges::find(all_, generation, &Generation::name);
  if (found == all_.end() && !generation.empty()) return Position{0};  // Of another store, or lost.
  const auto later = found == all_.end() ? all_.begin() + 1 : found + 1;
  if (later == all_.end()) return std::nullopt;
  return std::min_element(later, all_.end(), [](const Generation& a, const Generation& b) { return a.cut < b.cut; })->cut;
}

}  // namespace muniment
