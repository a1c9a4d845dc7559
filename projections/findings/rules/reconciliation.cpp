// What a portal grants otherwise than the record says, as it was reported. A finding begins at the moment that was compared, and ends by
// what settles it in the record, or by a report of a moment that is no earlier, speaks of that username, and does not have it any more. A
// report of an earlier moment than one that is known changes nothing of what is open; what it alone has is shown up to the later one.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

using ReconciliationReport = schema::ReconciliationReported::Reader;

// As a report has it.
struct ReportedDiscrepancy {
  Rule rule{};
  std::string_view username;
  FindingService service = no_service;
  Position grant = 0;

  bool is_about(const OpenDiscrepancy& open) const { return rule == open.rule && username == open.username && service == open.service; }
};

IntervalName finding_of(PackedProvider provider, const OpenDiscrepancy& open) {
  return {provider, open.rule, open.username, open.opened.position, std::uint64_t{open.service} + 1};
}

std::vector<ReportedDiscrepancy> discrepancies_in(ReconciliationReport report, Desk& desk, RowBuffer& rows) {
  std::vector<ReportedDiscrepancy> out;
  for (const auto one : report.getDiscrepancies()) {
    const bool is_held = one.getDifference() == schema::Difference::HELD_NOT_RECORDED;
    out.push_back({is_held ? Rule::held_not_recorded : Rule::recorded_not_held, text_of(one.getUsername()),
                   desk.services().number_of(text_of(one.getService()), rows), one.getGrantPosition()});
  }
  return out;
}

// A part of a reconciliation says nothing of usernames that are in another one.
bool speaks_of(ReconciliationReport report, std::string_view username) {
  return (!report.hasAfter() || username > text_of(report.getAfter())) &&
         (!report.hasThrough() || username <= text_of(report.getThrough()));
}

void take_mark(PackedProvider provider, const OpenDiscrepancy& open, Desk& desk) {
  PersonRow& row = desk.person(open.username);
  if (row.value.link(provider) == nullptr) return;
  const IntervalName name = finding_of(provider, open);
  std::erase_if(desk.change(row).link(provider)->marks,
                [&](const OpenMark& mark) { return mark.rule == name.rule && mark.id == name.id && mark.extra == name.extra; });
}

void end_unreported(const Step& step, const std::vector<ReportedDiscrepancy>& reported, PlaceRow& place, Desk& desk) {
  const ReconciliationReport report = step.reader.getFact().getReconciliationReported();
  const auto holds_still = [&](const OpenDiscrepancy& open) {
    if (open.opened.at > step.event.at || !speaks_of(report, open.username)) return true;
    return std::ranges::any_of(reported, [&](const ReportedDiscrepancy& one) { return one.is_about(open); });
  };
  auto& open = desk.change(place).discrepancies;
  const auto gone = std::stable_partition(open.begin(), open.end(), holds_still);
  for (auto one = gone; one != open.end(); ++one) {
    desk.end(finding_of(*place.key, *one), step.event);
    if (one->rule == Rule::recorded_not_held) take_mark(*place.key, *one, desk);
  }
  open.erase(gone, open.end());
}

// What took the service away, the last time of which it is known.
std::optional<EventRef> taken_away(const ReportedDiscrepancy& one, const FindingPerson& person, PackedProvider provider) {
  std::optional<EventRef> out;
  for (const EndedGrant& ended : person.ended) {
    if (ended.provider == provider && ended.service == one.service && (!out || ended.ended.at > out->at)) out = ended.ended;
  }
  return out;
}

// Where it was taken away and what did so is not remembered any more: what is known to have come after that, a new grant, or that it was
// reported when it was held no more.
EventRef taken_away_before(const Step& step, const ReportedDiscrepancy& one, const HeldFinding* held) {
  if (held != nullptr && held->granted.position == one.grant) return {};  // It began after the moment that was compared.
  return held != nullptr ? held->granted : EventRef{step.event.position, step.recorded_at, step.event.import};
}

// What has settled it already, where it does not stand at this event: recorded between the moment that was compared and the report, or so
// long before that there is no difference.
std::optional<EventRef> settled_by(const Step& step, const ReportedDiscrepancy& one, const PlaceRow& place, Desk& desk) {
  const bool is_recorded = one.rule == Rule::recorded_not_held;
  const EventRef& closed = place.value.closed;
  if (closed.position != 0 && (is_recorded || closed.at > step.event.at)) return closed;
  FindingPerson& person = desk.person(one.username).value;
  FindingLink* link = closed.position != 0 ? nullptr : person.link(*place.key);
  const HeldFinding* held = link == nullptr ? nullptr : link->find(one.service);
  const bool is_held_then = held != nullptr && held->granted.at <= step.event.at;
  if (is_recorded && !is_held_then) return taken_away(one, person, *place.key).value_or(taken_away_before(step, one, held));
  if (!is_recorded && held != nullptr) return held->granted;
  if (place.value.reconciled.position != 0 && place.value.reconciled.at > step.event.at) return place.value.reconciled;
  return std::nullopt;
}

void open_discrepancy(const Step& step, const ReportedDiscrepancy& one, PlaceRow& place, Desk& desk) {
  const auto settled = settled_by(step, one, place, desk);
  if (settled && settled->at <= step.event.at) return;
  const OpenDiscrepancy open{one.rule, std::string{one.username}, one.service, step.event};
  Interval interval = interval_of(step.event);
  interval.service = desk.services().id_of(one.service);
  if (one.grant != 0) add_evidence(interval, one.grant);
  if (settled && settled->position != step.event.position) add_evidence(interval, settled->position);
  std::ranges::sort(interval.evidence);
  interval.count = interval.evidence.size();
  interval.ended = settled;
  const IntervalName name = finding_of(*place.key, open);
  if (settled) return desk.intervals().put_ended(name, std::move(interval));
  desk.intervals().put(name, std::move(interval));
  desk.change(place).discrepancies.push_back(open);
  if (one.rule != Rule::recorded_not_held) return;
  FindingPerson& person = desk.change(desk.person(one.username));
  person.link(*place.key)->marks.push_back({name.rule, name.id, name.extra, one.service});
}

void take_report(const Step& step, PlaceRow& place, Desk& desk, RowBuffer& rows) {
  const ReconciliationReport report = step.reader.getFact().getReconciliationReported();
  const auto reported = discrepancies_in(report, desk, rows);
  end_unreported(step, reported, place, desk);
  for (const ReportedDiscrepancy& one : reported) {
    const bool is_open = std::ranges::any_of(place.value.discrepancies, [&](const OpenDiscrepancy& open) { return one.is_about(open); });
    if (!is_open) open_discrepancy(step, one, place, desk);
  }
  // Parts come in the order of usernames, so with the last one the whole is there.
  if (!report.hasThrough() && step.event.at >= place.value.reconciled.at) desk.change(place).reconciled = step.event;
}

// The mark has ended what is recorded already, with the service that was taken away.
void settle_discrepancies(const Step& step, const LinkStep& link, Desk& desk) {
  const auto& known = link.place->value.discrepancies;
  const auto is_settled = [&](const OpenDiscrepancy& open) {
    if (open.username != link.username) return false;
    if (open.rule == Rule::held_not_recorded) return std::ranges::find(link.granted, open.service) != link.granted.end();
    return std::ranges::find(link.revoked, open.service, &HeldFinding::service) != link.revoked.end();
  };
  if (std::ranges::none_of(known, is_settled)) return;
  for (const OpenDiscrepancy& open : known) {
    if (is_settled(open)) desk.end(finding_of(link.provider, open), step.event);
  }
  std::erase_if(desk.change(*link.place).discrepancies, is_settled);
}

}  // namespace

void see_reconciliation(const Step& step, PackedProvider provider, Desk& desk, RowBuffer& rows) {
  const auto fact = step.reader.getFact();
  if (fact.isReconciliationReported()) return take_report(step, desk.place(provider), desk, rows);
  if (fact.isProviderClosed()) desk.change(desk.place(provider)).discrepancies.clear();  // They have ended with all that was open there.
  for (const LinkStep& link : step.links) settle_discrepancies(step, link, desk);
}

}  // namespace muniment::view
