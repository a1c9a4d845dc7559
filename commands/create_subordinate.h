// Create a subordinate account for a staff member, at the provider that is its home from then on.
// Source: job aid "Update Accounts", introduction and the panel's fields.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h), no_services_assigned,
// service_unknown, service_retired, possible_duplicate, reason_required.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct CreateSubordinate {
  ProviderId provider;
  Profile profile;
  std::string pin;  // four digits
  ServiceList services;
  bool allow_duplicate;

  static Field<CreateSubordinate> read(request::CreateSubordinate::Reader in);
};

Decision decide(const CreateSubordinate& create, const Request& request, Sight& sight);

}  // namespace muniment
