// Link an existing subordinate account to another provider, with the services it may use there.
// Source: job aid "Link Accounts", steps 3 to 6.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h), username_unavailable,
// import_in_progress (of the account), already_linked, no_services_assigned, service_unknown, service_retired.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct LinkSubordinate {
  ProviderId provider;
  Username username;
  ServiceList services;

  static Field<LinkSubordinate> read(request::ServicesAtProvider::Reader in);
};

Decision decide(const LinkSubordinate& link, const Request& request, Sight& sight);

}  // namespace muniment
