// Accounts that nobody signs in to, of those that could be used: counted from the last sign-in, or from the link where there was none, or
// from when they could be used again. Whether it is so long that it counts is decided when somebody asks.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

bool is_of_dormancy(const OpenMark& mark) { return mark.rule == Rule::dormant || mark.rule == Rule::never_signed_in; }

void start_waiting(const EventRef& since, std::string_view username, const FindingPerson& person, FindingLink& link, Desk& desk) {
  desk.open_due(person.signed_in.position == 0 ? Rule::never_signed_in : Rule::dormant, since, username, link);
}

void note_report(PackedProvider provider, const Step& step, Desk& desk) {
  if (desk.look_at(provider).first_sign_in.position != 0) return;
  FindingPlace& place = desk.place(provider);
  place.first_sign_in = step.event;
  if (place.no_sign_ins == 0) return;
  desk.end({provider, Rule::sign_ins_not_reported, {}, place.no_sign_ins, 0}, step.event);
  place.no_sign_ins = 0;
}

// So soon after the last sign-in that nothing was due: what waits is put anew, and what it was is not looked up.
bool is_short_pause(const Step& step, PackedProvider provider, Desk& desk) {
  const EventRef& last = step.person->signed_in;
  return last.position != 0 && due_time(last.at, Rule::dormant, desk.policies().of(provider)) > step.event.at;
}

void see_sign_in(const Step& step, Desk& desk) {
  const bool is_success = step.reader.getFact().getSignedIn().getSuccess();
  if (is_success && step.person->signed_in.at > step.event.at) return;  // Reported late: a later one is known.
  for (FindingLink& link : step.person->links) {
    if (desk.look_at(link.provider).closed) continue;
    note_report(link.provider, step, desk);
    if (is_success && !is_short_pause(step, link.provider, desk)) desk.end_marks(step.username, link, step.event, is_of_dormancy);
  }
  if (!is_success) return;
  step.person->signed_in = step.event;
  if (step.person->disabled || step.person->terminated) return;
  for (FindingLink& link : step.person->links) {
    if (!desk.look_at(link.provider).closed) start_waiting(step.event, step.username, *step.person, link, desk);
  }
}

void see_registration(const Step& step, Desk& desk) {
  for (const auto provider : step.touched) {
    FindingPlace& place = desk.place(provider);
    Interval interval;
    interval.opened = step.event;
    interval.from = step.event.at;
    interval.last = step.event.at;
    interval.evidence = {step.event.position};
    desk.intervals().put({provider, Rule::sign_ins_not_reported, {}, step.event.position, 0}, std::move(interval));
    place.no_sign_ins = step.event.position;
  }
}

}  // namespace

void see_dormancy(const Step& step, Desk& desk) {
  switch (step.reader.getFact().which()) {
    case schema::Event::Fact::SIGNED_IN:
      return see_sign_in(step, desk);
    case schema::Event::Fact::PROVIDER_REGISTERED:
      return see_registration(step, desk);
    case schema::Event::Fact::ACCOUNT_DISABLED:
    case schema::Event::Fact::ACCOUNT_TERMINATED:
      for (FindingLink& link : step.person->links) desk.end_marks(step.username, link, step.event, is_of_dormancy);
      return;
    case schema::Event::Fact::ACCOUNT_ENABLED:
      for (FindingLink& link : step.person->links) start_waiting(step.event, step.username, *step.person, link, desk);
      return;
    default:
      break;
  }
  for (const LinkStep& link : step.links) {
    if (link.started && !link.person->disabled && !link.person->terminated)
      start_waiting(step.event, link.username, *link.person, *link.link, desk);
  }
}

}  // namespace muniment::view
