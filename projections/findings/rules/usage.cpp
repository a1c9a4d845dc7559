// Services that are held and not used, where their use is reported; and people who hold every service that there is.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::size_t everything_min = 2;  // Of one service nobody says that it is everything.

void note_use_report(PlaceRow& row, const Step& step, Desk& desk) {
  if (!row.value.uses.would_be_earliest(step.event)) return;
  desk.note_signal();
  FindingPlace& place = desk.change(row);
  place.uses.add(step.event);
  if (place.no_uses == 0) return;
  desk.end({*row.key, Rule::service_use_not_reported, {}, place.no_uses, 0}, step.event);
  place.no_uses = 0;
}

void see_use(const Step& step, Desk& desk) {
  PlaceRow& row = *step.touched.front();
  if (row.value.closed.position == 0) note_use_report(row, step, desk);
  const auto service = desk.services().find(text_of(step.reader.getFact().getServiceUsed().getService()));
  if (!service) return;
  FindingLink* link = step.person->value.link(*row.key);
  HeldFinding* held = link == nullptr ? nullptr : link->find(*service);
  // One that was reported late changes nothing else.
  if (held == nullptr || (held->used.position != 0 && held->used.at > step.event.at)) return;
  desk.change(*step.person);
  held->used = step.event;
}

// It ends when any of the services that are offered is taken away.
void see_everything(const Step& step, LinkStep& link, Desk& desk) {
  const auto is_offered = [&](const HeldFinding& held) { return desk.services().is_offered(held.service); };
  const auto held = static_cast<std::size_t>(std::count_if(link.link->held.begin(), link.link->held.end(), is_offered));
  if (held < everything_min || held < desk.services().offered()) return;
  const bool is_open = std::any_of(link.link->marks.begin(), link.link->marks.end(),
                                   [](const OpenMark& mark) { return mark.rule == Rule::holds_everything; });
  if (is_open) return;
  Interval interval = interval_of(step.event);
  interval.other = std::to_string(held) + " services";
  const OpenMark mark{Rule::holds_everything, step.event.position, 0, no_service};
  desk.intervals().put({link.provider, mark.rule, std::string{link.username}, mark.id, mark.extra}, std::move(interval));
  for (const HeldFinding& one : link.link->held) {
    if (is_offered(one)) link.link->marks.push_back({mark.rule, mark.id, mark.extra, one.service});
  }
}

}  // namespace

void add_unused(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (!person.is_enabled()) return;
  for (const HeldFinding& held : link.held)
    out.push_back(Since(held.granted).and_since(held.used).and_since(person.enabled).wait(Rule::unused_service, link, held.service));
}

void see_usage(Step& step, Desk& desk) {
  const auto fact = step.reader.getFact();
  if (fact.isServiceUsed()) return see_use(step, desk);
  if (fact.isProviderRegistered())
    return desk.open_about(Rule::service_use_not_reported, step, *step.touched.front(), &FindingPlace::no_uses);
  for (LinkStep& link : step.links) {
    if (link.link != nullptr && !link.granted.empty()) see_everything(step, link, desk);
  }
}

}  // namespace muniment::view
