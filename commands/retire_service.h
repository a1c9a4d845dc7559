// Retire a service: it stays valid in history and where it is held, and can only be taken away.
//
// Refusals, in this order: who may (authority.h: agency_only), service_unknown. Nothing to record: it is retired.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RetireService {
  std::string_view service;  // Borrowed from the command's message.

  static Field<RetireService> read(request::RetireService::Reader in);
};

Decision decide(const RetireService& retire, const Request& request, Sight& sight);

}  // namespace muniment
