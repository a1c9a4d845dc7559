// Assign the Primary User of a provider: an account that exists, or a new one. The former Primary User goes in the same event, so that the
// provider has exactly one at every moment.
// Source: job aid "Update Accounts", introduction; the agency assigns the Primary User, not the portal.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: agency_only), profile_required,
// username_unavailable, service_unknown, service_retired. Nothing to record: the account is the Primary User and holds the services.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AssignPrimaryUser {
  ProviderId provider;
  std::optional<Username> username;  // An account that exists,
  std::optional<Profile> profile;    // or the profile and the PIN of a new one.
  std::string pin;
  ServiceList services;  // Besides the administrator's own, and what the account holds there.

  static Field<AssignPrimaryUser> read(request::AssignPrimaryUser::Reader in);
};

Decision decide(const AssignPrimaryUser& assign, const Request& request, Sight& sight);

}  // namespace muniment
