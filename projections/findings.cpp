#include "projections/findings.h"

#include <algorithm>
#include <map>

#include "projections/cursor.h"
#include "projections/findings/interval.h"
#include "projections/findings/place.h"
#include "projections/findings/policy.h"
#include "projections/findings/rule.h"
#include "projections/findings/terms.h"
#include "projections/quarantine.h"
#include "projections/views.h"

namespace muniment {

using view::AsOf;
using view::EventRef;
using view::Interval;
using view::IntervalKind;
using view::IntervalName;
using view::PackedProvider;
using view::Snapshot;
using view::Table;
using view::TableTag;

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

// Where a page ended, and the moment that all of them are about.
struct Place {
  Timestamp at;
  bool ended = false;  // It stands among those that had ended.
  std::string place;
};

std::string write_place(const Place& place) {
  std::string out;
  view::put_time(out, place.at);
  view::put_byte(out, place.ended ? 1 : 0);
  return out.append(place.place);
}

std::optional<Place> read_place(std::string_view bytes) {
  try {
    view::ByteReader from(bytes);
    Place out;
    out.at = from.time();
    out.ended = from.byte() != 0;
    out.place = from.rest();
    view::take_interval_place(out.place);
    return out;
  } catch (const ViewsFailed&) {  // It ended too soon.
    return std::nullopt;
  }
}

// Rows of both tables in the order of their places; of the same place the open one comes first.
class IntervalRows {
 public:
  IntervalRows(const Snapshot& snapshot, const Table& table, const std::optional<ProviderId>& provider)
      : open_(snapshot.rows(table, view::Scan::whole)), ended_(snapshot.rows(table, view::Scan::whole)) {
    if (provider) view::put_provider(within_, view::pack_provider(*provider));
  }

  // To the first place at or after this one.
  void seek(std::string_view place) {
    const std::string_view from = std::max(place, std::string_view{within_});
    open_.seek(view::interval_key(TableTag::finding_open, from));
    ended_.seek(view::interval_key(TableTag::finding_ended, from));
    choose();
  }
  // To the first row of the rule at or after this one; passes over those of other rules.
  void skip_to(Rule rule) {
    while (valid_) {
      const IntervalName name = view::take_interval_place(place());
      if (name.rule == rule) return;
      std::string wanted;
      view::put_provider(wanted, name.rule < rule ? name.provider : name.provider + 1);
      view::put_byte(wanted, static_cast<std::uint8_t>(rule));
      seek(wanted);
    }
  }
  void next() {
    (is_ended_ ? ended_ : open_).next();
    choose();
  }
  bool valid() const { return valid_; }
  bool is_ended() const { return is_ended_; }
  std::string_view place() const { return (is_ended_ ? ended_ : open_).key().substr(1); }
  std::string_view value() const { return (is_ended_ ? ended_ : open_).value(); }

 private:
  bool is_there(const view::Rows& rows, TableTag tag) const {
    return rows.valid() && rows.key().front() == static_cast<char>(tag) && rows.key().substr(1).starts_with(within_);
  }
  void choose() {
    const bool has_open = is_there(open_, TableTag::finding_open);
    const bool has_ended = is_there(ended_, TableTag::finding_ended);
    valid_ = has_open || has_ended;
    is_ended_ = has_ended && (!has_open || ended_.key().substr(1) < open_.key().substr(1));
  }

  std::string within_;  // What every place begins with.
  view::Rows open_;
  view::Rows ended_;
  bool valid_ = false;
  bool is_ended_ = false;
};

// Decides which rows count at the moment, and how.
class Judge {
 public:
  Judge(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const FindingsQuery& query)
      : snapshot_(snapshot),
        table_(table),
        as_of_(as_of),
        query_(query),
        policies_(snapshot, table, as_of),
        terms_(snapshot, table, &as_of) {}

  // Nothing: it is not among what was asked for.
  std::optional<Finding> judge(const IntervalName& name, Interval interval) {
    if (!as_of_.sees(interval.opened)) return std::nullopt;
    if (interval.kind == IntervalKind::due && !make_due(name, interval)) return std::nullopt;
    if (interval.from > as_of_.at()) return std::nullopt;
    auto end = interval.ended && as_of_.sees(*interval.ended) ? interval.ended : std::nullopt;
    if (interval.kind != IntervalKind::act && !end) end = closing_after(name.provider, interval.opened);
    if (end && end->at <= interval.from) return std::nullopt;  // It lasted no time, or ended before it was due.
    if (interval.ended && !as_of_.sees(*interval.ended)) forget_end(interval);
    const Timestamp last = end ? end->at : interval.kind == IntervalKind::act ? std::min(interval.last, as_of_.at()) : as_of_.at();
    if (query_.since ? last < *query_.since : end.has_value()) return std::nullopt;
    return show(name, interval, end.has_value(), last);
  }

 private:
  // At the moment it had not ended yet.
  static void forget_end(Interval& interval) {
    --interval.count;
    std::erase(interval.evidence, interval.ended->position);
  }

  // Whether it can be told, and since when it is due.
  bool make_due(const IntervalName& name, Interval& interval) {
    const auto& entry = entry_of(name.rule);
    if (entry.needs != ReportedSignal::none) {
      const EventRef reported = reported_since(entry.needs, name.provider, interval);
      if (reported.position == 0 || !as_of_.sees(reported)) return false;
      interval.from = std::max(interval.from, reported.at);
    }
    const auto policy = policies_.of(name.provider);
    const Timestamp since = interval.from;
    interval.from = view::due_time(since, name.rule, policy);
    interval.policy = policy.position();
    // Which of the rule's thresholds have passed: the last one is told.
    for (const auto& threshold : entry.thresholds.subspan(1)) {
      const Timestamp passed = view::due_time(since, threshold, policy);
      if (passed <= as_of_.at()) interval.other = threshold.name;
    }
    if (interval.other.empty() && entry.thresholds.size() > 1) interval.other = entry.thresholds.front().name;
    return true;
  }

  // Since when there is something to judge by; position 0: there is not.
  EventRef reported_since(ReportedSignal signal, PackedProvider provider, const Interval& interval) {
    if (signal == ReportedSignal::sign_ins) return place_of(provider).first_sign_in;
    if (signal == ReportedSignal::service_use) return place_of(provider).first_use;
    return terms_.not_accepted_since(interval.other);
  }

  const view::FindingPlace& place_of(PackedProvider provider) {
    if (place_provider_ != provider) {
      const auto value = snapshot_.get(table_, view::finding_place_key(provider));
      place_ = value ? view::take_finding_place(*value) : view::FindingPlace{};
      place_provider_ = provider;
    }
    return place_;
  }

  // The closing of the provider that ended what had begun before it.
  std::optional<EventRef> closing_after(PackedProvider provider, const EventRef& opened) {
    if (closings_provider_ != provider) {
      closings_.clear();
      const std::string prefix = view::finding_closings_prefix(provider);
      auto rows = snapshot_.rows(table_, view::Scan::prefix);
      for (rows.seek(prefix); rows.valid(); rows.next()) {
        view::ByteReader from(rows.value());
        closings_.push_back(view::take_ref(from));
      }
      closings_provider_ = provider;
    }
    const auto found = std::find_if(closings_.begin(), closings_.end(),
                                    [&](const EventRef& closing) { return closing.position > opened.position && as_of_.sees(closing); });
    return found == closings_.end() ? std::nullopt : std::optional{*found};
  }

  Finding show(const IntervalName& name, Interval& interval, bool has_ended, Timestamp last) const {
    std::erase_if(interval.evidence, [this](Position position) { return position > as_of_.position(); });
    const FindingState state = interval.kind == IntervalKind::act ? FindingState::act
                               : has_ended                        ? FindingState::ended
                                                                  : FindingState::open;
    return {.rule = name.rule,
            .state = state,
            .provider = view::unpack_provider(name.provider),
            .subject = name.subject,
            .first_seen = interval.from,
            .last_seen = last,
            .service = std::move(interval.service),
            .other = std::move(interval.other),
            .count = interval.count,
            .evidence = std::move(interval.evidence),
            .policy = interval.policy};
  }

  const Snapshot& snapshot_;
  const Table& table_;
  const AsOf& as_of_;
  const FindingsQuery& query_;
  view::PoliciesAsOf policies_;
  view::FindingTerms terms_;
  std::optional<PackedProvider> place_provider_;
  view::FindingPlace place_;
  std::optional<PackedProvider> closings_provider_;
  std::vector<EventRef> closings_;
};

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
  std::optional<Place> after;
  std::optional<Position> pinned;
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_findings, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    const Position reached = view::position_of(snapshot, *table).position;
    if (read->position > reached) return std::unexpected(view::cursor_ahead(read->position, reached));
    after = read_place(read->place);
    if (!after) return std::unexpected(view::mangled_cursor());
    moment.at = after->at;
    pinned = read->position;
  }
  AsOf as_of(snapshot, *table, moment);
  if (pinned) as_of.limit_position(*pinned);

  Page<Finding> page;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  Judge judge(snapshot, *table, as_of, query);
  IntervalRows rows(snapshot, *table, query.provider);
  Place last{as_of.at(), false, {}};
  const auto skip = [&] {
    if (query.rule) rows.skip_to(*query.rule);
    return rows.valid();
  };
  for (rows.seek(after ? after->place : std::string{}); skip(); rows.next()) {
    if (after && rows.place() == after->place && rows.is_ended() <= after->ended) continue;
    auto finding = judge.judge(view::take_interval_place(rows.place()), view::take_interval(rows.value()));
    if (!finding) continue;
    if (page.rows.size() == limit) {
      page.next = view::write_cursor(cursor_of_findings, question, {as_of.position(), write_place(last)});
      break;
    }
    page.rows.push_back(*std::move(finding));
    last.ended = rows.is_ended();
    last.place = rows.place();
  }
  page.truth = truth_of(snapshot, *table, as_of, query);
  return page;
}

FindingCounts Findings::count(const FindingsQuery& query) const {
  const auto table = views_.database().live(static_cast<std::size_t>(ProjectionKind::findings));
  const auto snapshot = views_.database().snapshot();
  const AsOf as_of(snapshot, *table, moment_of(query));
  FindingCounts out;
  for (const auto& entry : rules()) out.rules.push_back({entry.rule, 0});
  Judge judge(snapshot, *table, as_of, query);
  IntervalRows rows(snapshot, *table, query.provider);
  const auto skip = [&] {
    if (query.rule) rows.skip_to(*query.rule);
    return rows.valid();
  };
  for (rows.seek({}); skip(); rows.next()) {
    const auto name = view::take_interval_place(rows.place());
    const auto finding = judge.judge(name, view::take_interval(rows.value()));
    if (finding && finding->state != FindingState::ended) ++out.rules[static_cast<std::size_t>(name.rule) - 1].open;
  }
  if (query.rule) std::erase_if(out.rules, [&](const FindingCount& count) { return count.rule != *query.rule; });
  out.truth = truth_of(snapshot, *table, as_of, query);
  return out;
}

}  // namespace muniment
