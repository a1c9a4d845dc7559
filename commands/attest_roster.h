// The word of a Primary User, or of whom the agency has appointed in the place of one, on the roster, person by person, as it was at a
// position: who belongs there with what they hold, and who does not. Whom it leaves out is not attested. Nothing ends by it. The Primary
// User is attested by nobody.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: not_authorized), position_unknown
// (also where history was imported since), of each person own_review, not_on_roster.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AttestRoster {
  ProviderId provider;
  Position as_of;
  std::vector<Username> confirmed;
  std::vector<Username> rejected = {};

  static Field<AttestRoster> read(request::AttestRoster::Reader in);
};

Decision decide(const AttestRoster& attest, const Request& request, Sight& sight);

}  // namespace muniment
