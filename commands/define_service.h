// Define a service that providers can assign. It is neither an administrator's nor a delegate's: those come with the store.
//
// Refusals, in this order: who may (authority.h: agency_only), service_retired (for good: its id is not used again),
// service_already_defined. Nothing to record: the catalogue has it under this name.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DefineService {
  std::string_view service;  // Its id. Borrowed from the command's message.
  std::string name;          // 1 to 200 characters, as people see it

  static Field<DefineService> read(request::DefineService::Reader in);
};

Decision decide(const DefineService& define, const Request& request, Sight& sight);

}  // namespace muniment
