#include "projections/findings/desk.h"

#include <algorithm>

namespace muniment::view {

Desk::Desk(const Database& database, const Table& table)
    : people_(database, table),
      places_(database, table),
      actors_(database, table),
      services_(database, table),
      policies_(database, table),
      intervals_(database, table) {}

bool Desk::is_administrator(FindingService service, PackedProvider provider) {
  if (services_.is_administrator(service)) return true;
  const auto& meant = look_at(provider).meant_administrator;
  return std::find(meant.begin(), meant.end(), service) != meant.end();
}

bool Desk::is_administrator(const FindingLink& link) {
  return std::any_of(link.held.begin(), link.held.end(),
                     [&](const HeldFinding& held) { return is_administrator(held.service, link.provider); });
}

void Desk::open(Rule rule, const Step& step, LinkStep& link, FindingService service, std::string other) {
  const std::uint64_t extra = service == no_service ? 0 : std::uint64_t{service} + 1;
  Interval interval;
  interval.opened = step.event;
  interval.from = step.event.at;
  interval.last = step.event.at;
  interval.evidence = {step.event.position};
  if (service != no_service) interval.service = services_.id_of(service);
  interval.other = std::move(other);
  interval.policy = policies_.of(link.provider).position();
  intervals_.put({link.provider, rule, link.username, step.event.position, extra}, std::move(interval));
  link.link->marks.push_back({rule, step.event.position, extra, service});
}

void Desk::open_due(Rule rule, const EventRef& since, std::string_view username, FindingLink& link, FindingService service) {
  const std::uint64_t extra = service == no_service ? 0 : std::uint64_t{service} + 1;
  const OpenMark mark{rule, link.started.position, extra, service};
  Interval interval;
  interval.kind = IntervalKind::due;
  interval.opened = since;
  interval.from = since.at;
  interval.last = since.at;
  interval.evidence = {since.position};
  if (service != no_service) interval.service = services_.id_of(service);
  intervals_.put({link.provider, rule, std::string{username}, mark.id, mark.extra}, std::move(interval));
  if (std::find(link.marks.begin(), link.marks.end(), mark) == link.marks.end()) link.marks.push_back(mark);
}

void Desk::note_act(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, Interval act, std::uint64_t extra) {
  act.kind = IntervalKind::act;
  act.last = step.event.at;
  act.policy = policies_.of(provider).position();
  intervals_.put({provider, rule, std::string{subject}, act.opened.position, extra}, std::move(act));
}

void Desk::end(const IntervalName& name, const EventRef& event) {
  const auto signal = entry_of(name.rule).needs;
  const FindingPlace& place = look_at(name.provider);
  const EventRef* reported = signal == ReportedSignal::none       ? nullptr
                             : signal == ReportedSignal::sign_ins ? &place.first_sign_in
                                                                  : &place.first_use;
  intervals_.end(name, event, policies_.of(name.provider), reported);
}

void Desk::finish(RowBuffer& rows) {
  people_.finish(rows);
  places_.finish(rows);
  actors_.finish(rows);
  intervals_.finish(rows);
}

void Desk::written() {
  people_.written();
  places_.written();
  actors_.written();
  policies_.written();
  intervals_.written();
}

}  // namespace muniment::view
