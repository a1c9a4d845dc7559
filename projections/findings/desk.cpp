#include "projections/findings/desk.h"

#include <algorithm>

#include "events/values/assert.h"

namespace muniment::view {
namespace {

constexpr std::uint32_t run_max = 1000;  // A policy that asks for more is taken at this.

std::string outsiders_prefix(PackedProvider provider, PackedProvider home) {
  std::string key;
  put_tag(key, TableTag::finding_outsider);
  put_provider(key, provider);
  put_provider(key, home);
  return key;
}

// When the first and the last of a run were done, in whatever order they were recorded.
std::pair<Timestamp, Timestamp> span_of(const ActRun& run) {
  const auto [first, last] = std::ranges::minmax(run.done, {}, &ActRun::Done::at);
  return {first.at, last.at};
}

}  // namespace

Desk::Desk(const Database& database, const Table& table)
    : database_(database),
      table_(table),
      people_(database, table),
      places_(database, table),
      actors_(database, table),
      namesakes_(database, table),
      services_(database, table),
      policies_(database.snapshot(), table),
      terms_(database.snapshot(), table),
      reviews_(database, table),
      intervals_(database, table) {
  if (const auto value = database.get(table, newest_findings_key())) newest_ = written_newest_ = take_newest_findings(*value);
  first_open_ = newest_.open;
}

bool Desk::is_administrator(FindingService service, const FindingPlace& place) const {
  if (services_.is_administrator(service)) return true;
  const auto& meant = place.meant_administrator;
  return std::find(meant.begin(), meant.end(), service) != meant.end();
}

bool Desk::is_administrator(const FindingLink& link, const FindingPlace& place) const {
  return std::any_of(link.held.begin(), link.held.end(), [&](const HeldFinding& held) { return is_administrator(held.service, place); });
}

void Desk::open(Rule rule, const Step& step, LinkStep& link, FindingService service, std::string other) {
  const std::uint64_t extra = service == no_service ? 0 : std::uint64_t{service} + 1;
  Interval interval = interval_of(step.event);
  if (service != no_service) interval.service = services_.id_of(service);
  interval.other = std::move(other);
  intervals_.put({link.provider, rule, std::string{link.username}, step.event.position, extra}, std::move(interval));
  link.link->marks.push_back({rule, step.event.position, extra, service});
}

void Desk::open_about(Rule rule, const Step& step, PlaceRow& place, Position FindingPlace::* opened) {
  intervals_.put({*place.key, rule, {}, step.event.position, 0}, interval_of(step.event));
  change(place).*opened = step.event.position;
}

void Desk::note_act(Rule rule, PackedProvider provider, std::string_view subject, Interval act, Position policy, std::uint64_t extra) {
  act.kind = IntervalKind::act;
  act.policy = policy;
  const Position id = act.opened.position;
  intervals_.put({provider, rule, std::string{subject}, id, extra}, std::move(act));
}

void Desk::add_to_act(const IntervalName& name, const Step& step, std::string_view other, Position policy) {
  MUNIMENT_ASSERT(gathers_acts(name.rule));
  if (Interval* known = intervals_.find(name)) {
    known->opened.at = std::min(known->opened.at, step.event.at);  // What is recorded later may have been done before.
    return add_act(*known, step.event);
  }
  Interval act;
  act.kind = IntervalKind::act;
  act.opened = step.event;
  act.other = other;
  act.policy = policy;
  add_act(act, step.event);
  intervals_.put(name, std::move(act));
}

void Desk::note_in_run(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, ActRun& run, std::uint64_t about) {
  MUNIMENT_ASSERT(gathers_acts(rule));
  const auto thresholds = entry_of(rule).thresholds;
  const PolicyView::Value number = policies_.of(provider).threshold(thresholds[0]);
  const PolicyView::Value window = policies_.of(provider).threshold(thresholds[1]);
  const std::size_t enough = std::clamp<std::uint32_t>(number.value, 1, run_max);
  if (about != 0) std::erase_if(run.done, [about](const ActRun::Done& done) { return done.about == about; });
  run.done.push_back({step.event.at, step.event.position, about});
  if (run.done.size() > enough) run.done.erase(run.done.begin(), run.done.end() - static_cast<std::ptrdiff_t>(enough));
  const auto [first, last] = span_of(run);
  if (run.done.size() < enough || last > due_time(first, thresholds[1], window.value)) {
    run.opened = 0;
    return;
  }
  Interval* known = run.opened == 0 ? nullptr : intervals_.find({provider, rule, std::string{subject}, run.opened, 0});
  if (known != nullptr) {
    known->opened.at = std::min(known->opened.at, last);  // There were enough of them by then.
    return add_act(*known, step.event);
  }
  Interval act;
  act.opened = {step.event.position, last, step.event.import};
  for (const auto& done : run.done) add_act(act, {done.position, done.at, step.event.import});
  note_act(rule, provider, subject, std::move(act), std::max(number.position, window.position));
  run.opened = step.event.position;
}

EventRef Desk::reported_since(const Wait& wait, const std::string& terms) {
  switch (entry_of(wait.rule).needs) {
    case ReportedSignal::none:
      break;
    case ReportedSignal::sign_ins:
      return place(wait.provider).value.sign_ins.earliest();
    case ReportedSignal::service_use:
      return place(wait.provider).value.uses.earliest();
    case ReportedSignal::terms:
      return terms_.not_accepted_since(terms);
  }
  return wait.opened;
}

void Desk::end_waits(const Step& step, const PersonStep& person) {
  if (!person.row->is_changed) return;
  Waits left;
  for (const FindingLink& link : person.row->value.links) add_waits(person.row->value, link, left);
  for (const Wait& wait : person.waits) {
    if (std::find(left.begin(), left.end(), wait) == left.end()) end_wait(step, person.username, wait, person.terms, step.event);
  }
}

void Desk::end_wait(const Step& step, std::string_view username, const Wait& wait, const std::string& terms, const EventRef& ended) {
  const EventRef reported = reported_since(wait, terms);
  if (reported.position == 0) return;
  const Threshold threshold = entry_of(wait.rule).thresholds.front();
  const Timestamp from = entry_of(wait.rule).needs == ReportedSignal::none ? wait.from : std::max(wait.from, reported.at);
  if (due_time(from, threshold, policies_.lowest(wait.provider, threshold)) >= std::max(ended.at, step.recorded_at)) return;
  Interval interval;
  interval.kind = IntervalKind::due;
  interval.opened = wait.opened;
  interval.from = wait.from;
  interval.last = wait.from;
  interval.ended = ended;
  interval.corrected = step.reader.getFact().isDepartureReported() && ended == step.event;
  interval.count = 2;
  interval.evidence = {wait.evidence, ended.position};
  if (wait.service != no_service) interval.service = services_.id_of(wait.service);
  if (wait.rule == Rule::terms_not_accepted) interval.other = terms;
  intervals_.put_ended(name_of_wait(wait, username), std::move(interval));
}

std::vector<std::string> Desk::outsiders(PackedProvider provider, PackedProvider home) {
  return usernames_behind(outsiders_prefix(provider, home));
}

std::vector<std::string> Desk::members(PackedProvider provider) { return usernames_behind(finding_member_key(provider, {})); }

std::vector<std::string> Desk::usernames_behind(const std::string& prefix) const {
  std::set<std::string> found;
  const auto snapshot = database_.snapshot();
  auto rows = snapshot.rows(table_, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next()) found.emplace(rows.key().substr(prefix.size()));
  for (auto key = new_keys_.lower_bound(prefix); key != new_keys_.end() && key->starts_with(prefix); ++key)
    found.insert(key->substr(prefix.size()));
  return {found.begin(), found.end()};
}

void Desk::add_outsider(PackedProvider provider, PackedProvider home, std::string_view username, RowBuffer& rows) {
  add_key(outsiders_prefix(provider, home).append(username), rows);
}

void Desk::add_member(PackedProvider provider, std::string_view username, RowBuffer& rows) {
  add_key(finding_member_key(provider, username), rows);
}

void Desk::remove_member(PackedProvider provider, std::string_view username, RowBuffer& rows) {
  const std::string key = finding_member_key(provider, username);
  rows.remove(key);
  new_keys_.erase(key);
}

void Desk::add_key(std::string key, RowBuffer& rows) {
  rows.put(key, {});
  new_keys_.insert(std::move(key));
}

std::size_t Desk::kept_bytes() const {
  constexpr std::size_t bytes_each = 400;
  return (people_.changed() + places_.changed() + actors_.changed() + namesakes_.changed() + intervals_.changed()) * bytes_each;
}

void Desk::finish(RowBuffer& rows) {
  people_.finish(rows);
  places_.finish(rows);
  actors_.finish(rows);
  namesakes_.finish(rows);
  newest_.latest = std::max(newest_.latest, intervals_.latest());
  for (std::size_t i = 0; i < newest_.open.size(); ++i)
    newest_.open[i] = first_open_[i] + static_cast<std::uint64_t>(intervals_.opened()[i]);
  intervals_.finish(rows);
  if (newest_ == written_newest_) return;
  std::string value;
  put_newest_findings(value, newest_);
  rows.put(newest_findings_key(), value);
  written_newest_ = newest_;
}

void Desk::written() {
  new_keys_.clear();
  reviews_.written();
  people_.written();
  places_.written();
  actors_.written();
  namesakes_.written();
  intervals_.written();
}

}  // namespace muniment::view
