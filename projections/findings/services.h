// The catalogue as findings need it: numbers for the services' ids, and which make an administrator.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "projections/findings/person.h"

namespace muniment::view {

class FindingServices {
 public:
  // Reads what the table has.
  FindingServices(const Database& database, const Table& table);

  // Of an id that may not have been met before.
  FindingService number_of(std::string_view id, RowBuffer& rows);
  const std::string& id_of(FindingService service) const { return known_.at(service).id; }
  bool is_administrator(FindingService service) const { return known_.at(service).administrator; }
  void define(std::string_view id, bool administrator, RowBuffer& rows);

 private:
  struct Known {
    std::string id;
    bool administrator = false;
  };
  void put(FindingService service, RowBuffer& rows) const;

  std::vector<Known> known_;
  std::unordered_map<std::string, FindingService, TextHash, std::equal_to<>> numbers_;
};

}  // namespace muniment::view
