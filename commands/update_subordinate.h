// The Update Subordinate panel's one Submit: the person's particulars and the whole Assigned column, in one decision. What has not changed
// is not recorded; the facts name the fields that did, and hold none of their values.
// Source: job aid "Update Accounts", "Update a Subordinate Account", steps 6 and 7.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may assign (authority.h), not_on_roster,
// account_terminated, personal_data_unavailable, who may update the profile where a particular changes or a PIN is typed,
// service_unknown, service_retired. Nothing to record: all of it is so already.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct UpdateSubordinate {
  ProviderId provider;
  Username username;
  Profile profile;
  std::string pin;  // Empty: keep the PIN.
  ServiceList services;

  static Field<UpdateSubordinate> read(request::UpdateSubordinate::Reader in);
};

Decision decide(const UpdateSubordinate& update, const Request& request, Sight& sight);

}  // namespace muniment
