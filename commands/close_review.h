// Close a review: nothing more is decided in it. What was not decided stays open in its report. Its event counts what was.
//
// Refusals, in this order: review_unknown (also for whoever may not close it: authority.h, hold_review at each of its providers),
// review_closed.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct CloseReview {
  std::string review;

  static Field<CloseReview> read(request::Review::Reader in);
};

Decision decide(const CloseReview& close, const Request& request, Sight& sight);

}  // namespace muniment
