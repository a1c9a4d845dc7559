// Reviews of access that are late, and what was decided in one and not carried out.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

void open_review(const Step& step, schema::ReviewOpened::Reader opened, Desk& desk, RowBuffer& rows) {
  FindingReview review{.opened = step.event.position, .providers = {}};
  for (const auto text : opened.getProviders()) {
    const auto provider = pack_provider(text_of(text));
    if (!provider) continue;
    review.providers.push_back(*provider);
    Interval interval = interval_of(step.event);
    interval.kind = IntervalKind::due;
    interval.from = Timestamp{opened.getDueAt()};
    interval.other = text_of(opened.getReview());
    desk.intervals().put({*provider, Rule::review_overdue, {}, step.event.position, 0}, std::move(interval));
  }
  desk.reviews().open(text_of(opened.getReview()), std::move(review), rows);
}

void close_review(const Step& step, std::string_view name, Desk& desk) {
  const auto review = desk.reviews().find(name);
  if (!review) return;
  for (const PackedProvider provider : review->providers) desk.end({provider, Rule::review_overdue, {}, review->opened, 0}, step.event);
}

// What was decided before about the person in this review does not count any more.
void forget_former(const Step& step, FindingLink& link, std::string_view review, Desk& desk) {
  const auto is_former = [&](const OpenMark& mark) {
    if (mark.rule != Rule::revoke_not_carried_out) return false;
    const Interval* known = desk.intervals().find({link.provider, mark.rule, std::string{step.username}, mark.id, mark.extra});
    return known != nullptr && known->other == review;
  };
  desk.end_marks(step.username, link, step.event, is_former);
}

void decide_review(const Step& step, schema::ReviewDecided::Reader decided, PackedProvider provider, Desk& desk, RowBuffer& rows) {
  FindingPerson& person = desk.change(*step.person);
  FindingLink* link = person.link(provider);
  if (link == nullptr) return;
  forget_former(step, *link, text_of(decided.getReview()), desk);
  const auto outcome = decided.getRevocation();
  if (outcome != schema::Revocation::LEFT_TO_OTHERS && outcome != schema::Revocation::CHANGED_SINCE) return;
  LinkStep left{.username = step.username, .provider = provider, .link = link, .granted = {}, .revoked = {}};
  const std::string review{text_of(decided.getReview())};
  if (decided.getServices().size() == 0) return desk.open(Rule::revoke_not_carried_out, step, left, no_service, review);
  for (const auto id : decided.getServices()) {
    const FindingService service = desk.services().number_of(text_of(id), rows);
    if (link->find(service) != nullptr) desk.open(Rule::revoke_not_carried_out, step, left, service, review);
  }
}

}  // namespace

void see_reviews(const Step& step, PackedProvider provider, Desk& desk, RowBuffer& rows) {
  const auto fact = step.reader.getFact();
  if (fact.isReviewOpened()) open_review(step, fact.getReviewOpened(), desk, rows);
  if (fact.isReviewClosed()) close_review(step, text_of(fact.getReviewClosed().getReview()), desk);
  if (fact.isReviewDecided()) decide_review(step, fact.getReviewDecided(), provider, desk, rows);
}

}  // namespace muniment::view
