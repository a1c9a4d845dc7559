// Assign who reviews the people at one of a review's providers: all of them but the reviewer, or those that are named. Several reviewers
// may have the same people; the last decision about each counts, and none of a provider's reviewers replaces one of the agency's. An
// officer may assign any account and officers; a Primary User those on the provider's roster, where the agency has assigned nobody.
//
// Refusals, in this order: provider_unknown, provider_closed, import_in_progress, who may (authority.h: not_authorized), review_unknown
// (also where the review does not cover the provider), review_closed, agency_only (the agency has assigned somebody there), the reviewer
// (agency_only, officer_unknown, not_on_roster, username_unavailable, account_terminated, account_not_usable), of each person own_review,
// not_in_review. Nothing to record: it is assigned so.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct AssignReviewer {
  std::string review;
  ProviderId provider;
  std::string reviewer;                  // An account or an officer, as Principal::text writes it.
  std::vector<Username> usernames = {};  // None: everybody but the reviewer.

  static Field<AssignReviewer> read(request::AssignReviewer::Reader in);
};

Decision decide(const AssignReviewer& assign, const Request& request, Sight& sight);

}  // namespace muniment
