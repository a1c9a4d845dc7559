// The texts of services by their numbers, remembered between questions. Thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "projections/access/change.h"
#include "projections/store/database.h"

namespace muniment::view {

class ServiceNames {
 public:
  // Valid as long as this lives.
  std::string_view text_of(const Snapshot& snapshot, const Table& table, ServiceNumber service) const;
  // Nothing for a service that no event has granted or revoked.
  static std::optional<ServiceNumber> number_of(const Snapshot& snapshot, const Table& table, std::string_view service);

 private:
  // Numbers differ from one building of the table to the next.
  struct Building {
    std::string table;
    std::deque<std::string> texts;
  };
  Building& building_of(const Table& table) const;

  mutable std::shared_mutex mutex_;
  mutable std::deque<Building> buildings_;
};

}  // namespace muniment::view
