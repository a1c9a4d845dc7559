// What changes of policy changed: a row for each part of a policy that reads otherwise than before. Policies are nothing personal.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "events/record/record.h"
#include "tools/wire/cell.h"

namespace muniment {

// The parts of a policy that are not at their standard, in the words of the command, each with what it says.
std::map<std::string, std::string> parts_of(schema::Policy::Reader policy);

// Takes the policies in the order in which they were recorded.
class PolicyRows {
 public:
  // The rows of this one, beside the last one of the same provider, or of the agency.
  std::vector<std::vector<Cell>> add(schema::Event::Reader event);

 private:
  std::map<std::string, std::map<std::string, std::string>> current_;  // By provider; empty: the agency's.
};

std::vector<Column> policy_columns();

}  // namespace muniment
