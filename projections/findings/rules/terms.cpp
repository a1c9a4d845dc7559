// Accounts that could be used, but for the terms in force, which they have not accepted. Which those are is looked up when somebody asks: a
// publication changes no row.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool is_of_terms(const OpenMark& mark) { return mark.rule == Rule::terms_not_accepted; }

// `other` of the interval is the version that was accepted last, and `from` when that was, or when the account became active.
void wait_for_acceptance(const EventRef& since, std::string_view username, const FindingPerson& person, FindingLink& link, Desk& desk) {
  desk.open_due(Rule::terms_not_accepted, since, username, link);
  desk.intervals().find({link.provider, Rule::terms_not_accepted, std::string{username}, link.started.position, 0})->other = person.terms;
}

void end_all(const Step& step, Desk& desk) {
  for (FindingLink& link : step.person->links) desk.end_marks(step.username, link, step.event, is_of_terms);
}

void start_all(const Step& step, Desk& desk) {
  if (!step.person->is_active()) return;
  for (FindingLink& link : step.person->links) {
    if (!desk.look_at(link.provider).closed) wait_for_acceptance(step.event, step.username, *step.person, link, desk);
  }
}

}  // namespace

void see_terms(const Step& step, Desk& desk) {
  switch (step.reader.getFact().which()) {
    case schema::Event::Fact::TERMS_ACCEPTED:
      end_all(step, desk);
      step.person->terms = text_of(step.reader.getFact().getTermsAccepted().getTermsVersion());
      return start_all(step, desk);
    case schema::Event::Fact::ACCOUNT_LOCKED:
    case schema::Event::Fact::ACCOUNT_DISABLED:
    case schema::Event::Fact::ACCOUNT_TERMINATED:
      return end_all(step, desk);
    case schema::Event::Fact::ACCOUNT_UNLOCKED:
    case schema::Event::Fact::ACCOUNT_ENABLED:
      return start_all(step, desk);
    default:
      break;
  }
  for (const LinkStep& link : step.links) {
    if (link.started && link.person->is_active()) wait_for_acceptance(step.event, link.username, *link.person, *link.link, desk);
  }
}

}  // namespace muniment::view
