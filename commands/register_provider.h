// Register a provider, relationship entity or billing entity under its PID/SL.
//
// Refusals, in this order: who may (authority.h: agency_only), import_in_progress, provider_closed, provider_already_registered.
// Nothing to record: it is registered with these very particulars.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct RegisterProvider {
  ProviderId provider;
  schema::ProviderKind kind;
  std::string organization;  // 1 to 200 characters; an organization may have several providers
  std::string name;          // 1 to 200 characters

  static Field<RegisterProvider> read(request::RegisterProvider::Reader in);
};

Decision decide(const RegisterProvider& registration, const Request& request, Sight& sight);

}  // namespace muniment
