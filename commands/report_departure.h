// Report that a person left: when, and which links the account had when it was reported. What is asked about timely removal needs it.
// A departure may be announced, so left_at may be later than now. Nothing ends by it; removing is a command of its own. The first report
// gives notice, an event each, to the other providers that have the person, and of the vacancy where it is a Primary User.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: not_authorized), not_on_roster
// (username_unavailable, where no provider is named). An administrator names the provider where it is one.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct ReportDeparture {
  std::optional<ProviderId> provider;  // Absent: reported by a machine or an officer for all of them.
  Username username;
  Timestamp left_at;

  static Field<ReportDeparture> read(request::ReportDeparture::Reader in);
};

Decision decide(const ReportDeparture& departure, const Request& request, Sight& sight);

}  // namespace muniment
