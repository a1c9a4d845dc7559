// Decide, as their reviewer, about people in a review: keep, revoke (the link to the provider, or the services that are named) or ask. What
// is revoked is taken away in the same decision where the reviewer may do that there; else the decision stands, and who may does it later.
// More than one person decided together is a bulk decision, and each event says so. The last decision about each person counts.
//
// Refusals, in this order: review_unknown (also for whoever has no part in it), review_closed, of each item not_reviewer, own_review,
// service_unknown, not_in_review; reason_required.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DecideReview {
  struct Item {
    ProviderId provider;
    Username username;
    schema::ReviewDecision decision;
    ServiceList services = {};  // Of a revoke; none: the link.
  };

  std::string review;
  std::vector<Item> items;          // Each person at a provider once.
  std::uint32_t seconds_spent = 0;  // On all of them, as the reviewer says; 0: not said.

  static Field<DecideReview> read(request::DecideReview::Reader in);
};

Decision decide(const DecideReview& decision, const Request& request, Sight& sight);

}  // namespace muniment
