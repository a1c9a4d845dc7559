#include "commands/open_review.h"

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t reviewed_providers_max = 1000;

}  // namespace

Field<OpenReview> OpenReview::read(request::OpenReview::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  auto providers = providers_field(in.getProviders(), 1, reviewed_providers_max);
  if (!providers) return std::unexpected(std::move(providers.error()));
  const auto due_at = time_field(in.getDueAt(), "due_at");
  if (!due_at) return std::unexpected(due_at.error());
  OpenReview out{std::move(*review), std::move(*providers), *due_at};
  if (in.getRemindAt() == 0) return out;
  if (in.getRemindAt() < 0 || in.getRemindAt() >= in.getDueAt())
    return std::unexpected(Malformed{"remind_at", "a time before the review is due"});
  out.remind_at = Timestamp{in.getRemindAt()};
  return out;
}

Decision decide(const OpenReview& open, const Request& request, Sight& sight) {
  for (const ProviderId& id : open.providers) {
    if (const auto provider = open_provider(id, sight, "providers"); !provider) return std::unexpected(provider.error());
  }
  const auto authority = authority_over(open.providers, request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (open.due_at <= sight.now()) return refuse(Refusal::in_the_past, "due_at");
  if (sight.review(open.review).exists()) return refuse(Refusal::review_exists, "review");

  Decided decided{.authority = *authority};
  const auto only = open.providers.size() == 1 ? std::optional{open.providers.front()} : std::nullopt;
  decided.events.push_back(
      review_event(fact::ReviewOpened{open.review, open.providers, open.due_at, open.remind_at}, open.review, only, sight));
  return decided;
}

}  // namespace muniment
