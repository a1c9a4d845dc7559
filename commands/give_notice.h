// What the node says of a review once its time to remind has come, and once it is late: receivers of events tell whom it concerns. No
// command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct GiveNotice {
  std::string review;
  schema::Notice notice{};  // review_due or review_late.
};

// Refuses nothing. Nothing to record: it was said, it is not time yet, or the review is closed.
Decision decide(const GiveNotice& give, const Request& request, Sight& sight);

}  // namespace muniment
