// The catalogue as findings need it: numbers for the services' ids, and which make an administrator.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/values/hash.h"
#include "projections/findings/person.h"

namespace muniment::view {

class FindingServices {
 public:
  // Reads what the table has.
  FindingServices(const Database& database, const Table& table);

  // Of an id that may not have been met before.
  FindingService number_of(std::string_view id, RowBuffer& rows);
  const std::string& id_of(FindingService service) const { return known_.at(service).id; }
  // Nothing where it was never met.
  std::optional<FindingService> find(std::string_view id) const;
  bool is_administrator(FindingService service) const { return known_.at(service).administrator; }
  bool is_offered(FindingService service) const { return known_.at(service).offered; }
  std::size_t offered() const { return offered_; }  // How many are in the catalogue and not retired.
  // One that an import defines is known by what that history has, and offered to nobody else.
  void define(std::string_view id, bool administrator, bool is_imported, RowBuffer& rows);
  void retire(std::string_view id, RowBuffer& rows);

 private:
  struct Known {
    std::string id;
    bool administrator = false;
    bool offered = false;
  };
  void put(FindingService service, RowBuffer& rows) const;

  std::size_t offered_ = 0;
  std::vector<Known> known_;
  std::unordered_map<std::string, FindingService, TextHash, std::equal_to<>> numbers_;
};

// The ids by their numbers, as the table has them.
std::vector<std::string> service_texts(const Snapshot& snapshot, const Table& table);

}  // namespace muniment::view
