// Change the services that an account on the roster holds at the provider: the whole Assigned column, for machines and linking providers.
// Emptied, it leaves the person on the roster holding nothing. What was retired stays where it is held.
// Source: job aid "Update Accounts", "Update a Subordinate Account", step 6.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h), not_on_roster,
// account_terminated, service_unknown, service_retired. Nothing to record: exactly these are assigned.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AssignServices {
  ProviderId provider;
  Username username;
  ServiceList services;

  static Field<AssignServices> read(request::ServicesAtProvider::Reader in);
};

Decision decide(const AssignServices& assign, const Request& request, Sight& sight);

}  // namespace muniment
