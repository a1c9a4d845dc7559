#include "projections/access/service_names.h"

#include <algorithm>
#include <mutex>

#include "projections/access/rows.h"

namespace muniment::view {

std::string_view ServiceNames::text_of(const Snapshot& snapshot, const Table& table, ServiceNumber service) const {
  {
    const std::shared_lock lock(mutex_);
    const auto building = std::find_if(buildings_.begin(), buildings_.end(), [&](const Building& b) { return b.table == table.name(); });
    if (building != buildings_.end() && service < building->texts.size()) return building->texts[service];
  }
  const std::unique_lock lock(mutex_);
  auto& texts = building_of(table).texts;
  while (texts.size() <= service) {  // Numbers are given in order, so all below it exist.
    auto text = snapshot.get(table, service_text_key(static_cast<ServiceNumber>(texts.size())));
    if (!text) throw Failed("a service of the access view has no name: delete the views' folder, they are built again");
    texts.push_back(std::move(*text));
  }
  return texts[service];
}

std::optional<ServiceNumber> ServiceNames::number_of(const Snapshot& snapshot, const Table& table, std::string_view service) {
  const auto value = snapshot.get(table, service_number_key(service));
  if (!value) return std::nullopt;
  return ByteReader(*value).u32();
}

ServiceNames::Building& ServiceNames::building_of(const Table& table) const {
  for (auto& building : buildings_) {
    if (building.table == table.name()) return building;
  }
  return buildings_.emplace_back(Building{table.name(), {}});
}

}  // namespace muniment::view
