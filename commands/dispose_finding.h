// Say what is done about a finding of the auditor's desk: its risk is accepted until a date, it was fixed, it is a false alarm; or what was
// said before is taken back. Findings are of the views, which decisions do not read: that the finding is there is not checked, and to say
// something of one that is not changes nothing.
//
// Refusals, in this order: provider_unknown, import_in_progress, who may (authority.h: not_authorized), reason_required. Nothing to record:
// it was said last, but that the fixed and the false alarm may be said again of a finding to which more may have been added since.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"
#include "events/values/finding_id.h"

namespace muniment {

struct DisposeFinding {
  ProviderId provider;  // The finding's.
  std::string finding;
  schema::Disposition disposition;
  std::optional<Timestamp> until;

  static Field<DisposeFinding> read(request::DisposeFinding::Reader in);
};

Decision decide(const DisposeFinding& dispose, const Request& request, Sight& sight);

}  // namespace muniment
