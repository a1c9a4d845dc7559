#include "commands/close_review.h"

#include "commands/review_rules.h"

namespace muniment {

Field<CloseReview> CloseReview::read(request::Review::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  return CloseReview{std::move(*review)};
}

Decision decide(const CloseReview& close, const Request& request, Sight& sight) {
  const Review& review = sight.review(close.review);
  if (!review.exists()) return refuse(Refusal::review_unknown, "review");
  const auto authority = authority_over(review.providers(), request, sight);
  if (!authority) return refuse(Refusal::review_unknown, "review");
  if (review.is_closed()) return refuse(Refusal::review_closed, "review");

  Decided decided{.authority = *authority};
  const Review::Counts counts = review.counts();
  decided.events.push_back(review_event(fact::ReviewClosed{close.review, counts.kept, counts.revoked, counts.asked}, close.review,
                                        only_provider(review.providers()), sight));
  return decided;
}

}  // namespace muniment
