#include "aggregates/review.h"

#include <algorithm>

#include "aggregates/event_fields.h"
#include "aggregates/unknown_fact.h"
#include "events/record/principal.h"

namespace muniment {
namespace {

std::string actor_text(schema::Event::Reader event) {
  return Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text();
}

std::vector<std::string> texts_in(capnp::List<capnp::Text>::Reader list) {
  std::vector<std::string> out;
  for (const auto text : list) out.emplace_back(text_of(text));
  return out;
}

std::uint64_t bits_of(Timestamp at) { return static_cast<std::uint64_t>(at.ns); }

}  // namespace

bool Review::Assignment::has(const ProviderId& at, std::string_view username) const {
  return provider == at && (usernames.empty() || std::ranges::find(usernames, username) != usernames.end());
}

void Review::open(schema::Event::Reader event) {
  const auto opened = event.getFact().getReviewOpened();
  opened_at_ = event.getPosition();
  opened_time_ = occurred_at(event);
  due_at_ = Timestamp{opened.getDueAt()};
  if (opened.getRemindAt() != 0) remind_at_ = Timestamp{opened.getRemindAt()};
  for (const auto provider : opened.getProviders()) providers_.push_back(provider_named(provider));
}

void Review::assign(schema::Event::Reader event) {
  const auto assigned = event.getFact().getReviewerAssigned();
  assignments_.push_back({.provider = provider_acted_for(event),
                          .reviewer = std::string{text_of(assigned.getReviewer())},
                          .assigned_at = event.getPosition(),
                          .usernames = texts_in(assigned.getUsernames()),
                          .is_by_agency = event.getAuthority() == schema::Authority::OFFICER});
}

void Review::dismiss(schema::Event::Reader event) {
  const ProviderId provider = provider_acted_for(event);
  const std::string_view reviewer = text_of(event.getFact().getReviewerDismissed().getReviewer());
  std::erase_if(assignments_, [&](const Assignment& one) { return one.provider == provider && one.reviewer == reviewer; });
}

void Review::decide(schema::Event::Reader event) {
  const auto decided = event.getFact().getReviewDecided();
  const ProviderId provider = provider_acted_for(event);
  const std::string username{text_of(event.getUsername())};
  const std::string reviewer = actor_text(event);
  const bool is_by_agency = std::ranges::any_of(
      assignments_, [&](const Assignment& one) { return one.is_by_agency && one.reviewer == reviewer && one.has(provider, username); });
  decisions_.insert_or_assign({provider, username},
                              Decision{decided.getDecision(), texts_in(decided.getServices()), decided.getRevocation(), is_by_agency,
                                       occurred_at(event), event.getAccountVersion()});
}

void Review::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::REVIEW_OPENED:
      open(event);
      return;
    case Fact::REVIEWER_ASSIGNED:
      assign(event);
      return;
    case Fact::REVIEWER_DISMISSED:
      dismiss(event);
      return;
    case Fact::REVIEW_DECIDED:
      decide(event);
      return;
    case Fact::REVIEW_CLOSED:
      closed_position_ = event.getPosition();
      return;
    case Fact::REVIEW_SEALED:
      seal_ = text_of(bytes_of(fact.getReviewSealed().getDigest()));
      return;
    case Fact::REPORT_SIGNED:
      signers_.push_back(actor_text(event));
      return;
    case Fact::NOTICE_GIVEN:
      notices_.push_back(fact.getNoticeGiven().getNotice());
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

bool Review::covers(const ProviderId& provider) const { return std::ranges::find(providers_, provider) != providers_.end(); }

bool Review::is_reviewer(std::string_view reviewer) const {
  return std::ranges::find(assignments_, reviewer, &Assignment::reviewer) != assignments_.end();
}

bool Review::is_assigned_by_agency(const ProviderId& provider) const {
  return std::ranges::any_of(assignments_, [&](const Assignment& one) { return one.is_by_agency && one.provider == provider; });
}

const Review::Decision* Review::decision_about(const ProviderId& provider, std::string_view username) const {
  const auto found = decisions_.find({provider, std::string{username}});
  return found == decisions_.end() ? nullptr : &found->second;
}

Review::Counts Review::counts() const {
  Counts out;
  for (const auto& [item, decided] : decisions_) {
    if (decided.decision == schema::ReviewDecision::KEEP) ++out.kept;
    if (decided.decision == schema::ReviewDecision::REVOKE) ++out.revoked;
    if (decided.decision == schema::ReviewDecision::ASK) ++out.asked;
  }
  return out;
}

bool Review::has_notice(schema::Notice notice) const { return std::ranges::find(notices_, notice) != notices_.end(); }

bool Review::is_signed_by(std::string_view signer) const { return std::ranges::find(signers_, signer) != signers_.end(); }

void Review::describe(Canonical& out) const {
  out.text("review").number(version_).number(opened_at_).number(closed_position_);
  out.number(bits_of(opened_time_)).number(bits_of(due_at_)).number(remind_at_ ? bits_of(*remind_at_) : 0);
  out.number(providers_.size());
  for (const ProviderId& provider : providers_) out.text(provider.text());
  out.number(assignments_.size());
  for (const Assignment& one : assignments_) {
    out.text(one.provider.text()).text(one.reviewer).number(one.assigned_at).flag(one.is_by_agency).number(one.usernames.size());
    for (const std::string& username : one.usernames) out.text(username);
  }
  out.number(decisions_.size());
  for (const auto& [item, decided] : decisions_) {
    out.text(item.first.text()).text(item.second).number(static_cast<std::uint64_t>(decided.decision));
    out.number(static_cast<std::uint64_t>(decided.revocation)).flag(decided.is_by_agency).number(bits_of(decided.at));
    out.number(decided.account_version).number(decided.services.size());
    for (const std::string& service : decided.services) out.text(service);
  }
  out.number(notices_.size());
  for (const schema::Notice notice : notices_) out.number(static_cast<std::uint64_t>(notice));
  out.text(seal_).number(signers_.size());
  for (const std::string& signer : signers_) out.text(signer);
}

}  // namespace muniment
