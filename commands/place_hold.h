// Place a legal hold on a person: they are not erased while it stands. Each matter has a hold of its own.
//
// Refusals, in this order: who may (authority.h: agency_only), username_unavailable, import_in_progress (of the account), reason_required,
// subject_erased. Nothing to record: the matter's hold stands.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct PlaceHold {
  Username username;
  std::string_view matter;

  static Field<PlaceHold> read(request::Hold::Reader in);
};

Decision decide(const PlaceHold& place, const Request& request, Sight& sight);

}  // namespace muniment
