// Accounts that nobody signs in to, of those that are neither disabled nor terminated: counted from the last sign-in, from the link, or
// from when the account was enabled again, whichever was last.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

void note_sign_in_report(PlaceRow& row, const Step& step, Desk& desk) {
  if (!row.value.sign_ins.would_be_earliest(step.event)) return;
  desk.note_signal();
  FindingPlace& place = desk.change(row);
  place.sign_ins.add(step.event);
  if (place.no_sign_ins == 0) return;
  desk.end({*row.key, Rule::sign_ins_not_reported, {}, place.no_sign_ins, 0}, step.event);
  place.no_sign_ins = 0;
}

}  // namespace

void add_dormancy(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (!person.is_enabled()) return;
  const Rule rule = person.signed_in.position == 0 ? Rule::never_signed_in : Rule::dormant;
  out.push_back(Since(link.started).and_since(person.signed_in).and_since(person.enabled).wait(rule, link));
}

void see_dormancy(const Step& step, Desk& desk) {
  const auto fact = step.reader.getFact();
  if (fact.isProviderRegistered()) {
    PlaceRow& row = *step.touched.front();
    desk.open_about(Rule::sign_ins_not_reported, step, row, &FindingPlace::no_sign_ins);
    return;
  }
  if (!fact.isSignedIn()) return;
  for (const FindingLink& link : step.person->value.links) note_sign_in_report(desk.place(link.provider), step, desk);
  const EventRef& last = step.person->value.signed_in;
  // One that was reported late changes nothing else: a later one is known.
  if (!fact.getSignedIn().getSuccess() || (last.position != 0 && last.at > step.event.at)) return;
  desk.change(*step.person).signed_in = step.event;
}

}  // namespace muniment::view
