#include "commands/give_notice.h"

#include "commands/review_rules.h"

namespace muniment {
namespace {

// Nothing: such a review gives no such notice.
std::optional<Timestamp> time_of(schema::Notice notice, const Review& review) {
  if (notice == schema::Notice::REVIEW_DUE) return review.remind_at();
  if (notice == schema::Notice::REVIEW_LATE) return review.due_at();
  return std::nullopt;
}

}  // namespace

Decision decide(const GiveNotice& give, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  const Review& review = sight.review(give.review);
  if (!review.exists() || review.is_closed() || review.has_notice(give.notice)) return decided;
  const auto time = time_of(give.notice, review);
  if (!time || sight.now() < *time) return decided;
  decided.events.push_back(
      review_event(fact::NoticeGiven{give.notice, give.review, review.due_at()}, give.review, only_provider(review.providers()), sight));
  return decided;
}

}  // namespace muniment
