// Record that an account used a service at a provider. What is asked about unused services needs it.
//
// A report is evidence, also of what should not have been: it comes late, after the service was taken away, the person removed or the
// provider closed, and it may tell of a service that never was held. So only what names nothing that exists is refused; what was held at
// its time is for whoever judges.
//
// Refusals, in this order: provider_unknown, import_in_progress, who may (authority.h: not_authorized), username_unavailable,
// import_in_progress of the account, service_unknown, in_the_future.
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
