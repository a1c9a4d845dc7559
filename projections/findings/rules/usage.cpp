// Services that are held and not used, where their use is reported; and people who hold every service that there is.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::size_t everything_min = 2;  // Of one service nobody says that it is everything.

void note_report(PackedProvider provider, const Step& step, Desk& desk) {
  if (desk.look_at(provider).first_use.position != 0) return;
  FindingPlace& place = desk.place(provider);
  place.first_use = step.event;
  if (place.no_uses == 0) return;
  desk.end({provider, Rule::service_use_not_reported, {}, place.no_uses, 0}, step.event);
  place.no_uses = 0;
}

void see_use(const Step& step, Desk& desk) {
  const PackedProvider provider = step.touched.front();
  note_report(provider, step, desk);
  FindingLink* link = step.person->link(provider);
  const auto service = desk.services().find(text_of(step.reader.getFact().getServiceUsed().getService()));
  if (link == nullptr || !service || link->find(*service) == nullptr) return;
  const auto is_of_service = [&](const OpenMark& mark) { return mark.rule == Rule::unused_service && mark.service == *service; };
  desk.end_marks(step.username, *link, step.event, is_of_service);
  desk.open_due(Rule::unused_service, step.event, step.username, *link, *service);
}

void see_registration(const Step& step, Desk& desk) {
  const PackedProvider provider = step.touched.front();
  Interval interval;
  interval.opened = step.event;
  interval.from = step.event.at;
  interval.last = step.event.at;
  interval.evidence = {step.event.position};
  desk.intervals().put({provider, Rule::service_use_not_reported, {}, step.event.position, 0}, std::move(interval));
  desk.place(provider).no_uses = step.event.position;
}

}  // namespace

void see_usage(const Step& step, Desk& desk) {
  const auto fact = step.reader.getFact().which();
  if (fact == schema::Event::Fact::SERVICE_USED) return see_use(step, desk);
  if (fact == schema::Event::Fact::PROVIDER_REGISTERED) return see_registration(step, desk);
  for (LinkStep link : step.links) {
    if (link.link == nullptr || link.granted.empty()) continue;
    for (const auto service : link.granted) desk.open_due(Rule::unused_service, step.event, link.username, *link.link, service);
    const auto is_offered = [&](const HeldFinding& held) { return desk.services().is_offered(held.service); };
    const auto held = static_cast<std::size_t>(std::count_if(link.link->held.begin(), link.link->held.end(), is_offered));
    if (held < everything_min || held < desk.services().offered()) continue;
    // It ends when any of them is taken away.
    const OpenMark mark{Rule::holds_everything, step.event.position, 0, no_service};
    Interval interval;
    interval.opened = step.event;
    interval.from = step.event.at;
    interval.last = step.event.at;
    interval.evidence = {step.event.position};
    interval.other = std::to_string(held) + " services";
    const bool is_open = std::any_of(link.link->marks.begin(), link.link->marks.end(),
                                     [](const OpenMark& other) { return other.rule == Rule::holds_everything; });
    if (is_open) continue;
    desk.intervals().put({link.provider, mark.rule, link.username, mark.id, mark.extra}, std::move(interval));
    for (const HeldFinding& one : link.link->held) link.link->marks.push_back({mark.rule, mark.id, mark.extra, one.service});
  }
}

}  // namespace muniment::view
