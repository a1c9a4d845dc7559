// Open a review of access: everybody who is linked to the providers when this is recorded, with what they hold then, is to be looked at by
// the time that it is due. The name is unique for ever; a Primary User's begins with the PID/SL of one of the providers and a dot, and no
// other does.
//
// Refusals, in this order: of each provider provider_unknown, provider_closed, import_in_progress; who may (authority.h: not_authorized),
// in_the_past, review_name_reserved, review_exists.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct OpenReview {
  std::string review;
  std::vector<ProviderId> providers;  // In their order, each once.
  Timestamp due_at;
  std::optional<Timestamp> remind_at = {};  // Before it is due.

  static Field<OpenReview> read(request::OpenReview::Reader in);
};

Decision decide(const OpenReview& open, const Request& request, Sight& sight);

}  // namespace muniment
