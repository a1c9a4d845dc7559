#include "projections/trail/run_table.h"

#include <functional>

namespace muniment::view {
namespace {

constexpr std::size_t slots_min = 64;

}  // namespace

RunTable::RunTable() : slots_(slots_min) {}

Run& RunTable::find(std::string_view entry) {
  const std::uint64_t hash = std::hash<std::string_view>{}(entry);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    auto& kept = kept_[slots_[slot] - 1];
    if (kept.hash == hash && entry_of(kept) == entry) return kept.run;
  }
  kept_.push_back({hash, static_cast<std::uint32_t>(entries_.size()), static_cast<std::uint32_t>(entry.size()), {}});
  entries_ += entry;
  slots_[slot] = static_cast<std::uint32_t>(kept_.size());
  if (kept_.size() * 2 > slots_.size()) grow();
  return kept_.back().run;
}

void RunTable::grow() {
  slots_.assign(slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    std::size_t slot = kept_[i].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

void RunTable::clear() {
  kept_.clear();
  entries_.clear();
  slots_.assign(slots_min, 0);
}

}  // namespace muniment::view
