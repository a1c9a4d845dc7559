// End the appointment of a provider's delegate before its time.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: agency_only), delegate_unknown
// (also where the time is over).
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DismissDelegate {
  ProviderId provider;

  static Field<DismissDelegate> read(request::AtProvider::Reader in);
};

Decision decide(const DismissDelegate& dismiss, const Request& request, Sight& sight);

}  // namespace muniment
