#include "projections/findings.h"

#include <algorithm>

#include "projections/cursor.h"
#include "projections/findings/judge.h"
#include "projections/findings/newest.h"
#include "projections/findings/rule.h"
#include "projections/findings/walk.h"
#include "projections/quarantine.h"
#include "projections/views.h"

namespace muniment {

using view::AsOf;
using view::FindingJudge;
using view::FindingWalk;
using view::Snapshot;
using view::Table;

namespace {

constexpr char cursor_of_findings = 'f';

view::Fingerprint question_of(const FindingsQuery& query) {
  const auto number = [](const std::optional<Timestamp>& at) {
    return at ? std::optional{static_cast<std::uint64_t>(at->ns)} : std::nullopt;
  };
  view::Fingerprint out;
  out.add(number(query.since)).add(query.rule ? std::optional{static_cast<std::uint64_t>(*query.rule)} : std::nullopt);
  out.add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(number(query.moment.at)).add(query.moment.position);
  return out;
}

// Where a page ended, and the moment that all of them are about. What is found has the same place as long as it is, open or ended.
struct FindingPlace {
  Timestamp at;
  std::string place;
};

std::string write_finding_place(const FindingPlace& place) {
  std::string out;
  view::put_time(out, place.at);
  return out.append(place.place);
}

std::optional<FindingPlace> read_finding_place(std::string_view bytes) {
  try {
    view::ByteReader from(bytes);
    FindingPlace out;
    out.at = from.time();
    out.place = from.rest();
    view::take_interval_place(out.place);
    return out;
  } catch (const ViewsFailed&) {  // It ended too soon.
    return std::nullopt;
  }
}

std::optional<view::PackedProvider> packed(const std::optional<ProviderId>& provider) {
  return provider ? std::optional{view::pack_provider(*provider)} : std::nullopt;
}

// What is known of all rows where the moment is so new that none begins or ends after it; nothing where it is not.
std::optional<view::NewestFindings> newest_at(const Snapshot& snapshot, const Table& table, const AsOf& as_of) {
  if (as_of.position() < view::position_of(snapshot, table).position) return std::nullopt;
  const auto value = snapshot.get(table, view::newest_findings_key());
  auto newest = value ? view::take_newest_findings(*value) : view::NewestFindings{};
  if (!newest.imports.empty() || as_of.at() < newest.latest) return std::nullopt;
  return newest;
}

FindingWalk walk_of(const Snapshot& snapshot, const Table& table, std::optional<view::PackedProvider> provider, std::optional<Rule> rule,
                    view::WalkedRows walked, FindingJudge& judge) {
  return {snapshot, table, provider, rule, walked, [&judge](view::PackedProvider at) { return judge.waits_at(at); }};
}

// Adds what a walk finds; `counts` are those of all rules, in their order.
void count_walk(FindingWalk walk, FindingJudge& judge, std::vector<FindingCount>& counts) {
  for (walk.seek({}); walk.valid(); walk.next()) {
    const view::IntervalName name = walk.name();
    view::Interval interval = walk.interval();
    const auto verdict = judge.judge(name, interval);
    if (!verdict) continue;
    FindingCount& count = counts[static_cast<std::size_t>(name.rule) - 1];
    if (verdict->state == FindingState::ended) {
      ++*count.ended;
      continue;
    }
    ++count.open;
    if (judge.disposals().has_any(name.provider) && !judge.show(name, std::move(interval), *verdict).is_due()) ++count.disposed;
  }
}

// Without looking at the rows, but for those of providers where something is disposed of, and of the rules that policies can end or by
// which time makes them due.
void count_newest(const Snapshot& snapshot, const Table& table, const view::NewestFindings& newest, FindingJudge& judge,
                  std::vector<FindingCount>& counts) {
  const auto no_rows = view::WalkedRows::none;
  if (newest.has_signals || judge.are_terms_published()) count_walk(walk_of(snapshot, table, {}, {}, no_rows, judge), judge, counts);
  std::vector<FindingCount> looked_at = counts;
  for (const view::PackedProvider provider : judge.disposals().providers()) {
    for (FindingCount& count : looked_at) count.disposed = 0;
    count_walk(walk_of(snapshot, table, provider, {}, view::WalkedRows::open, judge), judge, looked_at);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (!is_wait(counts[i].rule)) counts[i].disposed += looked_at[i].disposed;
    }
  }
  for (FindingCount& count : counts) {
    if (!is_wait(count.rule)) count.open = newest.open[static_cast<std::size_t>(count.rule)];
  }
  for (FindingCount& count : counts) {
    if ((count.rule != Rule::incompatible_services && !is_timed(count.rule)) || count.open == 0) continue;
    count.open = count.disposed = 0;
    count_walk(walk_of(snapshot, table, {}, count.rule, view::WalkedRows::open, judge), judge, counts);
  }
}

Truth truth_of(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const FindingsQuery& query) {
  Truth truth;
  truth.true_of = as_of.position();
  const view::Scope scope{query.provider ? std::optional{view::pack_provider(*query.provider)} : std::nullopt, std::nullopt};
  view::add_touching(snapshot, table, as_of, scope, truth.incomplete);
  return truth;
}

Moment moment_of(const FindingsQuery& query) { return {query.moment.at.value_or(query.now), query.moment.position}; }

}  // namespace

std::string_view name_of(FindingState state) {
  switch (state) {
    case FindingState::open:
      return "open";
    case FindingState::ended:
      return "ended";
    case FindingState::act:
      return "act";
  }
  return {};
}

std::expected<Page<Finding>, BadCursor> Findings::search(const FindingsQuery& query) const {
  const auto table = views_.database().live(static_cast<std::size_t>(ProjectionKind::findings));
  const auto snapshot = views_.database().snapshot();
  const auto question = question_of(query);
  Moment moment = moment_of(query);
  std::optional<FindingPlace> after;
  std::optional<Position> pinned;
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_findings, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    const Position reached = view::position_of(snapshot, *table).position;
    if (read->position > reached) return std::unexpected(view::cursor_ahead(read->position, reached));
    after = read_finding_place(read->place);
    if (!after) return std::unexpected(view::mangled_cursor());
    moment.at = after->at;
    pinned = read->position;
  }
  AsOf as_of(snapshot, *table, moment);
  if (pinned) as_of.limit_position(*pinned);

  Page<Finding> page;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  FindingJudge judge(snapshot, *table, as_of, query.since, packed(query.provider));
  const bool needs_ended = query.since || !newest_at(snapshot, *table, as_of);
  FindingWalk walk = walk_of(snapshot, *table, packed(query.provider), query.rule,
                             needs_ended ? view::WalkedRows::open_and_ended : view::WalkedRows::open, judge);
  FindingPlace last{as_of.at(), {}};
  for (walk.seek(after ? after->place : std::string{}); walk.valid(); walk.next()) {
    if (after && walk.place() == after->place) continue;
    const view::IntervalName name = walk.name();
    view::Interval interval = walk.interval();
    const auto verdict = judge.judge(name, interval);
    if (!verdict) continue;
    if (page.rows.size() == limit) {
      page.next = view::write_cursor(cursor_of_findings, question, {as_of.position(), write_finding_place(last)});
      break;
    }
    page.rows.push_back(judge.show(name, std::move(interval), *verdict));
    last.place = walk.place();
  }
  page.truth = truth_of(snapshot, *table, as_of, query);
  return page;
}

FindingCounts Findings::count(const FindingsQuery& query) const {
  const auto table = views_.database().live(static_cast<std::size_t>(ProjectionKind::findings));
  const auto snapshot = views_.database().snapshot();
  const AsOf as_of(snapshot, *table, moment_of(query));
  FindingCounts out;
  for (const auto& entry : rules())
    out.rules.push_back({.rule = entry.rule, .ended = query.since ? std::optional{std::uint64_t{0}} : std::nullopt});
  FindingJudge judge(snapshot, *table, as_of, query.since, packed(query.provider));
  const auto newest = newest_at(snapshot, *table, as_of);
  if (newest && !query.provider && !query.rule && !query.since) {
    count_newest(snapshot, *table, *newest, judge, out.rules);
  } else {
    const auto walked = newest && !query.since ? view::WalkedRows::open : view::WalkedRows::open_and_ended;
    count_walk(walk_of(snapshot, *table, packed(query.provider), query.rule, walked, judge), judge, out.rules);
  }
  if (query.rule) std::erase_if(out.rules, [&](const FindingCount& count) { return count.rule != *query.rule; });
  out.truth = truth_of(snapshot, *table, as_of, query);
  return out;
}

}  // namespace muniment
