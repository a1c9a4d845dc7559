#include "commands/open_review.h"

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t reviewed_providers_max = 1000;

// Whether the name begins with a PID/SL and a dot, as in 110012345a.2026q4: those are the providers' own, so that nobody learns from a
// name that is taken what others review.
std::optional<ProviderId> owner_of(std::string_view review) {
  const auto dot = review.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ProviderId::parse(review.substr(0, dot));
}

bool may_be_named(const OpenReview& open, schema::Authority authority) {
  const auto owner = owner_of(open.review);
  if (authority == schema::Authority::OFFICER) return !owner;
  return owner && std::ranges::find(open.providers, *owner) != open.providers.end();
}

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
  for (std::size_t i = 0; i < open.providers.size(); ++i) {
    const auto provider = open_provider(open.providers[i], sight, "providers");
    if (!provider) return refuse(provider.error().refusal, "providers", i);
  }
  const auto authority = authority_over(open.providers, request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (open.due_at <= sight.now()) return refuse(Refusal::in_the_past, "due_at");
  if (!may_be_named(open, *authority)) return refuse(Refusal::review_name_reserved, "review");
  if (sight.review(open.review).exists()) return refuse(Refusal::review_exists, "review");

  Decided decided{.authority = *authority};
  decided.events.push_back(review_event(fact::ReviewOpened{open.review, open.providers, open.due_at, open.remind_at}, open.review,
                                        only_provider(open.providers), sight));
  return decided;
}

}  // namespace muniment
