// Accounts that could be used, but for the terms in force, which they have not accepted. Which those are is looked up when somebody asks: a
// publication changes no row.
#include "projections/findings/rules/rules.h"

namespace muniment::view {

void add_terms(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (!person.is_active()) return;
  out.push_back(Since(link.started).and_since(person.accepted).and_since(person.active).wait(Rule::terms_not_accepted, link));
}

void see_terms(const Step& step, Desk& desk) {
  if (!step.reader.getFact().isTermsAccepted()) return;
  FindingPerson& person = desk.change(*step.person);
  person.terms = text_of(step.reader.getFact().getTermsAccepted().getTermsVersion());
  person.accepted = step.event;
}

}  // namespace muniment::view
