#include "projections/findings/judge.h"

#include <algorithm>

#include "events/values/finding_id.h"

namespace muniment::view {
namespace {

// At the moment it had not ended yet.
void forget_end(Interval& interval) {
  if (interval.ended->position == interval.opened.position) return;  // One report says both.
  --interval.count;
  std::erase(interval.evidence, interval.ended->position);
}

// Whether one event may open several about one account there, with others each.
bool is_pair(Rule rule) { return rule == Rule::incompatible_services || rule == Rule::same_email || rule == Rule::same_birth_day_and_pin; }

// What tells those apart that one event opened about one account there; empty: it opened one alone.
std::string told_apart_by(const IntervalName& name, const Interval& interval) {
  if (is_pair(name.rule)) return interval.other;
  // Of links that had ended before it was known that they were kept too long there may be several.
  return name.rule == Rule::kept_after_leaving && name.extra != 0 ? std::to_string(name.extra) : std::string{};
}

// Leaves what of it had been done at the moment; false: nothing had.
bool cut_to(Interval& act, const AsOf& as_of) {
  if (act.acts.size() != act.count) return true;
  Interval out = act;
  out.acts.clear();
  out.evidence.clear();
  for (const EventRef& event : act.acts) {
    if (as_of.sees(event)) add_act(out, event);
  }
  if (out.evidence.empty()) return false;
  act = std::move(out);
  return true;
}

// Whether more was done after that position.
bool went_on_after(Position position, const std::vector<Position>& evidence) {
  return std::ranges::any_of(evidence, [position](Position event) { return event > position; });
}

bool is_earlier(const EventRef& event, const std::optional<EventRef>& than) { return !than || event.at < than->at; }

}  // namespace

FindingJudge::FindingJudge(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const std::optional<Timestamp>& since,
                           std::optional<PackedProvider> provider)
    : snapshot_(snapshot),
      table_(table),
      as_of_(as_of),
      since_(since),
      policies_(snapshot, table, as_of),
      terms_(snapshot, table, &as_of),
      disposals_(snapshot, table, as_of, provider) {}

std::optional<FindingJudge::Verdict> FindingJudge::judge(const IntervalName& name, Interval& interval) {
  if (!as_of_.sees(interval.opened)) return std::nullopt;
  const bool has_ended = interval.ended && as_of_.sees(*interval.ended);
  if (has_ended && interval.corrected) return std::nullopt;
  if (interval.kind == IntervalKind::due && !make_due(name, interval, has_ended)) return std::nullopt;
  if (interval.kind == IntervalKind::act && !cut_to(interval, as_of_)) return std::nullopt;
  if (interval.from > as_of_.at()) return std::nullopt;
  const auto end = interval.kind == IntervalKind::act ? std::nullopt : end_of(name, interval, has_ended);
  if (end && end->at <= interval.from) return std::nullopt;  // It lasted no time, or ended before it was due.
  const FindingState state = interval.kind == IntervalKind::act ? FindingState::act : end ? FindingState::ended : FindingState::open;
  const Timestamp last = end ? end->at : state == FindingState::act ? std::min(interval.last, as_of_.at()) : as_of_.at();
  if (since_ ? last < *since_ : end.has_value()) return std::nullopt;
  if (interval.ended && !has_ended) forget_end(interval);
  return Verdict{state, last};
}

RuleSet FindingJudge::waits_at(PackedProvider provider) {
  const FindingPlace& place = place_of(provider);
  RuleSet out = 0;
  if (place.sign_ins.earliest(as_of_).position != 0) out |= only(Rule::dormant) | only(Rule::never_signed_in);
  if (place.uses.earliest(as_of_).position != 0) out |= only(Rule::unused_service);
  if (place.first_departure.position != 0) out |= only(Rule::kept_after_leaving) | only(Rule::kept_after_report);
  if (place.first_move.position != 0) out |= only(Rule::kept_after_moving);
  if (terms_.are_published()) out |= only(Rule::terms_not_accepted);
  return out;
}

// Whether it can be told, and since when it is due. What has ended is judged by the policy that was in force and the reports that were
// known then: a later one may say of the account itself what would have ended it sooner.
bool FindingJudge::make_due(const IntervalName& name, Interval& interval, bool has_ended) {
  const auto& entry = entry_of(name.rule);
  if (entry.needs != ReportedSignal::none) {
    const Position recorded_by = has_ended ? interval.ended->position : as_of_.position();
    const EventRef reported = reported_since(entry.needs, name.provider, interval, recorded_by);
    if (reported.position == 0 || !as_of_.sees(reported)) return false;
    interval.from = std::max(interval.from, reported.at);
  }
  const PolicyView policy = has_ended ? policies_.before(name.provider, *interval.ended) : policies_.of(name.provider);
  const Timestamp since = interval.from;
  const Timestamp until = has_ended ? interval.ended->at : as_of_.at();
  interval.from = due_time(since, name.rule, policy);
  interval.policy = policy.threshold(entry.thresholds.front()).position;
  if (entry.thresholds.size() == 1) return true;
  for (const Threshold threshold : entry.thresholds) {  // The last one that has passed is told.
    const bool has_passed = due_time(since, threshold, policy.threshold(threshold).value) <= until;
    if (has_passed || interval.other.empty()) interval.other = name_of(threshold);
  }
  return true;
}

// Since when there is something to judge by; position 0: there is not.
EventRef FindingJudge::reported_since(ReportedSignal signal, PackedProvider provider, const Interval& interval, Position recorded_by) {
  if (signal == ReportedSignal::sign_ins) return place_of(provider).sign_ins.earliest(as_of_, recorded_by);
  if (signal == ReportedSignal::service_use) return place_of(provider).uses.earliest(as_of_, recorded_by);
  return terms_.not_accepted_since(interval.other);
}

// The report before which none had come; position 0: there is none, or the rule is about something else.
EventRef FindingJudge::first_report(const IntervalName& name) {
  if (name.rule == Rule::sign_ins_not_reported) return place_of(name.provider).sign_ins.earliest(as_of_);
  if (name.rule == Rule::service_use_not_reported) return place_of(name.provider).uses.earliest(as_of_);
  return {};
}

std::optional<EventRef> FindingJudge::end_of(const IntervalName& name, const Interval& interval, bool has_ended) {
  auto end = has_ended ? interval.ended : std::nullopt;
  const EventRef reported = first_report(name);
  if (reported.position != 0 && is_earlier(reported, end)) end = reported;
  const EventRef& closed = place_of(name.provider).closed;
  if (closed.position > interval.opened.position && as_of_.sees(closed) && is_earlier(closed, end)) end = closed;
  if (name.rule != Rule::incompatible_services) return end;
  const auto unnamed = policies_.unnamed_since(name.provider, interval.service, interval.other, interval.opened);
  if (unnamed && is_earlier(*unnamed, end)) end = unnamed;
  return end;
}

const FindingPlace& FindingJudge::place_of(PackedProvider provider) {
  if (place_provider_ != provider) {
    const auto value = snapshot_.get(table_, FindingPlaceFormat::key(provider));
    place_ = value ? FindingPlaceFormat::take(*value) : FindingPlace{};
    place_provider_ = provider;
  }
  return place_;
}

Finding FindingJudge::show(const IntervalName& name, Interval interval, const Verdict& verdict) {
  const ProviderId provider = unpack_provider(name.provider);
  const Position opened = interval.kind == IntervalKind::act ? interval.opened.position : name.id;
  const FindingId id = FindingId::of(name.rule, provider, opened, name.subject, interval.service, told_apart_by(name, interval));
  std::erase_if(interval.evidence, [this](Position position) { return position > as_of_.position(); });
  Finding out{.rule = name.rule,
              .id = id.text(),
              .state = verdict.state,
              .provider = provider,
              .subject = name.subject,
              .first_seen = interval.from,
              .last_seen = verdict.last,
              .service = std::move(interval.service),
              .other = std::move(interval.other),
              .count = interval.count,
              .evidence = std::move(interval.evidence),
              .policy = interval.policy};
  if (disposals_.has_any(name.provider)) add_disposal(out);
  return out;
}

// One that is said to be fixed and holds still is not disposed of; nor is what was done after it was said of an act that it is fixed or a
// false alarm.
void FindingJudge::add_disposal(Finding& finding) {
  const Disposal* said = disposals_.find(finding.id);
  if (said == nullptr || said->disposition == schema::Disposition::REOPENED) return;
  const bool has_lapsed = said->until.ns != 0 && said->until <= as_of_.at();
  const bool holds_still = said->disposition == schema::Disposition::FIXED && finding.state == FindingState::open;
  const bool went_on = said->disposition != schema::Disposition::ACCEPTED_RISK && finding.state == FindingState::act &&
                       went_on_after(said->event.position, finding.evidence);
  finding.disposal = FindingDisposal{.disposition = said->disposition,
                                     .until = said->until.ns == 0 ? std::nullopt : std::optional{said->until},
                                     .by = said->actor,
                                     .reason = said->reason,
                                     .position = said->event.position,
                                     .counts = !has_lapsed && !holds_still && !went_on};
}

}  // namespace muniment::view
