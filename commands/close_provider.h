// Close a provider for good. Every link, role and relationship there ends by this one event.
//
// Refusals, in this order: provider_unknown, who may (authority.h: agency_only), import_in_progress. Nothing to record: it is closed.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct CloseProvider {
  ProviderId provider;

  static Field<CloseProvider> read(request::AtProvider::Reader in);
};

Decision decide(const CloseProvider& close, const Request& request, Sight& sight);

}  // namespace muniment
