// Record that an account used a service at a provider. What is asked about unused services needs it.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: not_authorized), not_on_roster,
// link_unknown (the service is not held there), in_the_future.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RecordServiceUse {
  ProviderId provider;
  Username username;
  std::string_view service;  // Borrowed from the command's message.
  Timestamp at;

  static Field<RecordServiceUse> read(request::RecordServiceUse::Reader in);
};

Decision decide(const RecordServiceUse& use, const Request& request, Sight& sight);

}  // namespace muniment
