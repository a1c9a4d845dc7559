// Take back what a reviewer was assigned at one of a review's providers. What the reviewer has decided stands until another decides.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: not_authorized), review_unknown
// (also where the review does not cover the provider), review_closed, reviewer_unknown, agency_only (for a Primary User, whom the agency
// has assigned).
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct DismissReviewer {
  std::string review;
  ProviderId provider;
  std::string reviewer;  // As Principal::text writes it.

  static Field<DismissReviewer> read(request::DismissReviewer::Reader in);
};

Decision decide(const DismissReviewer& dismiss, const Request& request, Sight& sight);

}  // namespace muniment
