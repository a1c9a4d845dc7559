#include "commands/dismiss_reviewer.h"

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {

Field<DismissReviewer> DismissReviewer::read(request::DismissReviewer::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto reviewer = reviewer_field(in.getReviewer());
  if (!reviewer) return std::unexpected(std::move(reviewer.error()));
  return DismissReviewer{std::move(*review), *provider, std::move(*reviewer)};
}

Decision decide(const DismissReviewer& dismiss, const Request& request, Sight& sight) {
  const auto part = open_part(dismiss.review, dismiss.provider, request, sight);
  if (!part) return std::unexpected(part.error());
  const auto is_meant = [&](const Review::Assignment& one) { return one.provider == dismiss.provider && one.reviewer == dismiss.reviewer; };
  const auto& assignments = part->review->assignments();
  if (std::ranges::none_of(assignments, is_meant)) return refuse(Refusal::reviewer_unknown, "reviewer");
  const bool is_by_agency =
      std::ranges::any_of(assignments, [&](const Review::Assignment& one) { return is_meant(one) && one.is_by_agency; });
  if (is_by_agency && part->authority != schema::Authority::OFFICER) return refuse(Refusal::agency_only, "reviewer");

  Decided decided{.authority = part->authority};
  decided.events.push_back(
      review_event(fact::ReviewerDismissed{dismiss.review, dismiss.reviewer}, dismiss.review, dismiss.provider, sight));
  return decided;
}

}  // namespace muniment
