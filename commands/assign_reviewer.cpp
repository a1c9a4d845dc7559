#include "commands/assign_reviewer.h"

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t assigned_people_max = 100;

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
  if (!sight.may_sign_in(*account) || sight.has_left_somewhere(*account)) return Refused{Refusal::account_not_usable, {"reviewer"}};
  return std::nullopt;
}

bool is_assigned_so(const AssignReviewer& assign, schema::Authority authority, const Review& review) {
  return std::ranges::any_of(review.assignments(), [&](const Review::Assignment& one) {
    return one.reviewer == assign.reviewer && one.provider == assign.provider &&
           one.is_by_agency == (authority == schema::Authority::OFFICER) &&
           std::ranges::equal(one.usernames, assign.usernames, {}, {}, &Username::text);
  });
}

}  // namespace

Field<AssignReviewer> AssignReviewer::read(request::AssignReviewer::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto reviewer = reviewer_field(in.getReviewer());
  if (!reviewer) return std::unexpected(std::move(reviewer.error()));
  auto usernames = usernames_field(in.getUsernames(), "usernames", assigned_people_max);
  if (!usernames) return std::unexpected(std::move(usernames.error()));
  return AssignReviewer{std::move(*review), *provider, std::move(*reviewer), std::move(*usernames)};
}

Decision decide(const AssignReviewer& assign, const Request& request, Sight& sight) {
  const auto part = open_part(assign.review, assign.provider, request, sight);
  if (!part) return std::unexpected(part.error());
  // Else a provider would have those decide whom it likes, over the agency's.
  if (part->authority != schema::Authority::OFFICER && part->review->is_assigned_by_agency(assign.provider))
    return refuse(Refusal::agency_only, "provider");
  const Principal reviewer = Principal::parse(assign.reviewer).value();
  if (auto problem = problem_with_reviewer(assign, reviewer, part->authority, sight)) return std::unexpected(std::move(*problem));
  for (std::size_t i = 0; i < assign.usernames.size(); ++i) {
    const Username& username = assign.usernames[i];
    if (username.text() == assign.reviewer) return refuse(Refusal::own_review, "usernames", i);
    if (!is_in_population(sight.account(username), assign.provider, *part->review, sight))
      return refuse(Refusal::not_in_review, "usernames", i);
  }

  Decided decided{.authority = part->authority};
  if (is_assigned_so(assign, part->authority, *part->review)) return decided;
  decided.events.push_back(review_event(fact::ReviewerAssigned{assign.review, assign.reviewer, texts_of(assign.usernames)}, assign.review,
                                        assign.provider, sight));
  return decided;
}

}  // namespace muniment
