#include "aggregates/review.h"

#include <algorithm>

#include "aggregates/event_fields.h"
#include "aggregates/unknown_fact.h"

namespace muniment {

bool Review::Assignment::has(const ProviderId& at, std::string_view username) const {
  return provider == at && (usernames.empty() || std::ranges::find(usernames, username) != usernames.end());
}

void Review::open(schema::Event::Reader event) {
  opened_at_ = event.getPosition();
  for (const auto provider : event.getFact().getReviewOpened().getProviders()) providers_.push_back(provider_named(provider));
}

void Review::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::REVIEW_OPENED:
      open(event);
      return;
    case Fact::REVIEWER_ASSIGNED: {
      const auto assigned = fact.getReviewerAssigned();
      Assignment& added = assignments_.emplace_back(
          Assignment{provider_acted_for(event), std::string{text_of(assigned.getReviewer())}, event.getPosition()});
      for (const auto username : assigned.getUsernames()) added.usernames.emplace_back(text_of(username));
      return;
    }
    case Fact::REVIEW_DECIDED:
      decisions_.insert_or_assign({provider_acted_for(event), std::string{text_of(event.getUsername())}},
                                  fact.getReviewDecided().getDecision());
      return;
    case Fact::REVIEW_CLOSED:
      closed_ = true;
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

bool Review::covers(const ProviderId& provider) const { return std::ranges::find(providers_, provider) != providers_.end(); }

bool Review::is_reviewer(std::string_view reviewer) const {
  return std::ranges::find(assignments_, reviewer, &Assignment::reviewer) != assignments_.end();
}

Review::Counts Review::counts() const {
  Counts out;
  for (const auto& [item, decision] : decisions_) {
    if (decision == schema::ReviewDecision::KEEP) ++out.kept;
    if (decision == schema::ReviewDecision::REVOKE) ++out.revoked;
    if (decision == schema::ReviewDecision::ASK) ++out.asked;
  }
  return out;
}

void Review::describe(Canonical& out) const {
  out.text("review").number(version_).flag(closed_).number(opened_at_).number(providers_.size());
  for (const ProviderId& provider : providers_) out.text(provider.text());
  out.number(assignments_.size());
  for (const Assignment& one : assignments_) {
    out.text(one.provider.text()).text(one.reviewer).number(one.usernames.size());
    for (const std::string& username : one.usernames) out.text(username);
  }
  out.number(decisions_.size());
  for (const auto& [item, decision] : decisions_)
    out.text(item.first.text()).text(item.second).number(static_cast<std::uint64_t>(decision));
}

}  // namespace muniment
