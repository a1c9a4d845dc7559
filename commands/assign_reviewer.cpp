#include "commands/assign_reviewer.h"

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t assigned_people_max = 1000;

std::optional<Refused> problem_with_reviewer(const AssignReviewer& assign, const Principal& reviewer, schema::Authority authority,
                                             Sight& sight) {
  const bool is_by_agency = authority == schema::Authority::OFFICER;
  if (reviewer.kind == schema::PrincipalKind::OFFICER) {
    if (!is_by_agency) return Refused{Refusal::agency_only, {"reviewer"}};
    if (!sight.agency().has_officer(reviewer.name)) return Refused{Refusal::officer_unknown, {"reviewer"}};
    return std::nullopt;
  }
  const Account* account = sight.account(reviewer.name);
  if (!is_by_agency && (account == nullptr || account->link(assign.provider) == nullptr))
    return Refused{Refusal::not_on_roster, {"reviewer"}};
  if (account == nullptr) return Refused{Refusal::username_unavailable, {"reviewer"}};
  if (account->is_terminated()) return Refused{Refusal::account_terminated, {"reviewer"}};
  return std::nullopt;
}

bool is_assigned_so(const AssignReviewer& assign, const Review& review) {
  return std::ranges::any_of(review.assignments(), [&](const Review::Assignment& one) {
    return one.reviewer == assign.reviewer && one.provider == assign.provider &&
           std::ranges::equal(one.usernames, assign.usernames, {}, {}, &Username::text);
  });
}

}  // namespace

Field<AssignReviewer> AssignReviewer::read(request::AssignReviewer::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  const auto reviewer = Principal::parse({in.getReviewer().cStr(), in.getReviewer().size()});
  if (!reviewer || reviewer->kind == schema::PrincipalKind::SUBMITTER)
    return std::unexpected(Malformed{"reviewer", "a username or officer:NAME"});
  auto usernames = usernames_field(in.getUsernames(), "usernames", assigned_people_max);
  if (!usernames) return std::unexpected(std::move(usernames.error()));
  return AssignReviewer{std::move(*review), *provider, reviewer->text(), std::move(*usernames)};
}

Decision decide(const AssignReviewer& assign, const Request& request, Sight& sight) {
  const auto provider = open_provider(assign.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = authority_at(Action::hold_review, request, assign.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const Review& review = sight.review(assign.review);
  if (!review.exists() || !review.covers(assign.provider)) return refuse(Refusal::review_unknown, "review");
  if (review.is_closed()) return refuse(Refusal::review_closed, "review");
  const Principal reviewer = Principal::parse(assign.reviewer).value();
  if (auto problem = problem_with_reviewer(assign, reviewer, *authority, sight)) return std::unexpected(std::move(*problem));
  for (const Username& username : assign.usernames) {
    if (username.text() == assign.reviewer) return refuse(Refusal::own_review, "usernames");
    if (!is_in_population(sight.account(username), assign.provider, review, sight)) return refuse(Refusal::not_in_review, "usernames");
  }

  Decided decided{.authority = *authority};
  if (is_assigned_so(assign, review)) return decided;
  decided.events.push_back(review_event(fact::ReviewerAssigned{assign.review, assign.reviewer, texts_of(assign.usernames)}, assign.review,
                                        assign.provider, sight));
  return decided;
}

}  // namespace muniment
