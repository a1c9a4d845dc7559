// Appoint an account to administer a provider that has no Primary User, or whose Primary User has left or was terminated, until a time:
// then, or when a Primary User is assigned, or the provider is closed, it ends by itself. Until then the account acts there as a backup. It
// need not be linked there, and must be able to sign in.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: agency_only), username_unavailable
// (also a terminated account), import_in_progress, subject_erased, account_not_usable, in_the_past, primary_user_in_office,
// reason_required. Nothing to record: it is so.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AppointDelegate {
  ProviderId provider;
  Username username;
  Timestamp until;

  static Field<AppointDelegate> read(request::AppointDelegate::Reader in);
};

Decision decide(const AppointDelegate& appoint, const Request& request, Sight& sight);

// Adds the end of the appointment that holds at the provider, where there is one and it is another's, so that it stands in that person's
// own history too.
void add_end_of_delegate(Decided& decided, const Provider& provider, std::string_view successor, Sight& sight);

// In the streams of the account, the provider and the agency, where all delegates are found together.
DecidedEvent delegate_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight);

}  // namespace muniment
