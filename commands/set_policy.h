// Set the whole policy of the agency, or of one provider; it replaces the former one. A finding names the version it was judged by.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress (where a provider is named), who may (authority.h:
// agency_only), service_unknown. Nothing to record: the policy is exactly this.
#pragma once

#include <capnp/message.h>

#include <memory>

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct SetPolicy {
  std::optional<ProviderId> provider;  // Absent: for the agency, and every provider that has none of its own.
  schema::Policy::Reader policy;
  std::shared_ptr<capnp::MessageBuilder> message = {};  // Has the policy; nothing where it is borrowed.

  static Field<SetPolicy> read(request::SetPolicy::Reader in);
};

Decision decide(const SetPolicy& set, const Request& request, Sight& sight);

}  // namespace muniment
