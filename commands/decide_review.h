// Decide, as their reviewer, about people in a review: keep, revoke (the link to the provider, or the services that are named) or ask. What
// is revoked is taken away in the same decision where the reviewer may do that there and the link is as it was when the review was opened;
// else the decision stands, its event and the receipt say why, and who may does it later. More than one person decided together is a bulk
// decision, and each event says so. The last decision about each person counts, but that a revoke which was carried out is final. A note is
// kept with each but those about whoever was erased.
//
// Refusals, in this order: review_unknown (also for whoever has no part in it), review_closed, reason_required; of each item not_reviewer,
// own_review, decided_by_agency; of each item service_unknown, not_in_review, already_revoked, service_not_held. With a note
// personal_data_unavailable.
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
