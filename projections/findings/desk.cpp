#include "projections/findings/desk.h"

#include <algorithm>
#include <optional>

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

}  // namespace

Desk::Desk(const Database& database, const Table& table)
    : database_(database),
      table_(table),
      people_(database, table),
      places_(database, table),
      actors_(database, table),
      services_(database, table),
      policies_(database, table),
      terms_(database.snapshot(), table),
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

void Desk::note_in_run(Rule rule, const Step& step, PackedProvider provider, std::string_view subject, ActRun& run) {
  const auto thresholds = entry_of(rule).thresholds;
  const PolicyView policy = policies_.of(provider);
  const std::size_t enough = std::clamp<std::uint32_t>(policy.threshold(thresholds[0]), 1, run_max);
  run.done.push_back({step.event.at, step.event.position});
  if (run.done.size() > enough) run.done.erase(run.done.begin(), run.done.end() - static_cast<std::ptrdiff_t>(enough));
  if (run.done.size() < enough || step.event.at > due_time(run.done.front().at, thresholds[1], policy)) {
    run.opened = 0;
    return;
  }
  Interval* known = run.opened == 0 ? nullptr : intervals_.find({provider, rule, std::string{subject}, run.opened, 0});
  if (known != nullptr) {
    ++known->count;
    known->last = step.event.at;
    add_evidence(*known, step.event.position);
    return;
  }
  Interval act;
  act.opened = step.event;
  act.from = run.done.front().at;
  act.count = enough;
  for (const auto& done : run.done) add_evidence(act, done.position);
  note_act(rule, step, provider, subject, std::move(act));
  run.opened = step.event.position;
}

std::vector<std::string> Desk::outsiders(PackedProvider provider, PackedProvider home) {
  const std::string prefix = outsiders_prefix(provider, home);
  std::set<std::string> found;
  const auto snapshot = database_.snapshot();
  auto rows = snapshot.rows(table_, Scan::prefix);
  for (rows.seek(prefix); rows.valid(); rows.next()) found.emplace(rows.key().substr(prefix.size()));
  for (auto key = new_outsiders_.lower_bound(prefix); key != new_outsiders_.end() && key->starts_with(prefix); ++key)
    found.insert(key->substr(prefix.size()));
  return {found.begin(), found.end()};
}

void Desk::add_outsider(PackedProvider provider, PackedProvider home, std::string_view username, RowBuffer& rows) {
  std::string key = outsiders_prefix(provider, home).append(username);
  rows.put(key, {});
  new_outsiders_.insert(std::move(key));
}

void Desk::end(const IntervalName& name, const EventRef& event) {
  std::optional<EventRef> reported;
  switch (entry_of(name.rule).needs) {
    case ReportedSignal::none:
      break;
    case ReportedSignal::sign_ins:
      reported = look_at(name.provider).first_sign_in;
      break;
    case ReportedSignal::service_use:
      reported = look_at(name.provider).first_use;
      break;
    case ReportedSignal::terms:
      if (const Interval* open = intervals_.find(name)) reported = terms_.not_accepted_since(open->other);
      break;
  }
  intervals_.end(name, event, policies_.of(name.provider), reported ? &*reported : nullptr);
}

std::size_t Desk::kept_bytes() const {
  constexpr std::size_t bytes_each = 400;
  return (people_.changed() + places_.changed() + actors_.changed() + intervals_.changed()) * bytes_each;
}

void Desk::finish(RowBuffer& rows) {
  people_.finish(rows);
  places_.finish(rows);
  actors_.finish(rows);
  intervals_.finish(rows);
}

void Desk::written() {
  new_outsiders_.clear();
  people_.written();
  places_.written();
  actors_.written();
  policies_.written();
  intervals_.written();
}

}  // namespace muniment::view
