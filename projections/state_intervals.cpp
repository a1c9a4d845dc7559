#include "projections/state_intervals.h"

#include <algorithm>
#include <array>
#include <utility>

#include "projections/access/account_state.h"
#include "projections/access/walk.h"
#include "projections/cursor.h"
#include "projections/quarantine.h"
#include "projections/views.h"

namespace muniment {
namespace {

using view::AsOf;

constexpr char cursor_of_states = 's';
constexpr std::array all_stops{AccountStop::locked, AccountStop::disabled, AccountStop::terminated};

view::Fingerprint question_of(const StateQuery& query) {
  view::Fingerprint out;
  out.add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(query.username ? std::optional{query.username->text()} : std::nullopt);
  out.add(query.state ? std::optional{static_cast<std::uint64_t>(*query.state)} : std::nullopt);
  out.add(query.moment.at ? std::optional{static_cast<std::uint64_t>(query.moment.at->ns)} : std::nullopt);
  out.add(query.moment.position);
  return out;
}

// Where a page begins: with somebody, of whom the pages before had so many rows.
struct StatePlace {
  std::string username = {};
  std::uint64_t rows = 0;
};

std::string write_state_place(const StatePlace& place) {
  std::string out;
  view::put_text(out, place.username);
  view::put_varint(out, place.rows);
  return out;
}

// Throws view::Failed for a place that was not written here.
StatePlace read_state_place(std::string_view bytes) {
  view::ByteReader from(bytes);
  StatePlace out;
  out.username = from.text();
  out.rows = from.varint();
  if (!from.at_end() || out.username.find('\0') != std::string::npos) throw view::Failed("not a place");
  return out;
}

struct Effect {
  AccountStop stop;
  bool begins;
};

std::optional<Effect> effect_of(FactNumber fact) {
  switch (schema::Event::Fact::Which{fact}) {
    case schema::Event::Fact::ACCOUNT_LOCKED:
      return Effect{AccountStop::locked, true};
    case schema::Event::Fact::ACCOUNT_UNLOCKED:
      return Effect{AccountStop::locked, false};
    case schema::Event::Fact::ACCOUNT_DISABLED:
      return Effect{AccountStop::disabled, true};
    case schema::Event::Fact::ACCOUNT_ENABLED:
      return Effect{AccountStop::disabled, false};
    case schema::Event::Fact::ACCOUNT_TERMINATED:
      return Effect{AccountStop::terminated, true};
    default:  // The account's rows are of the terms besides.
      return std::nullopt;
  }
}

// What an account's changes come to. Changes come in the order in which they were recorded.
class IntervalsOfOne {
 public:
  void add(const std::string& username, const view::AccountChange& change) {
    const auto effect = effect_of(change.fact);
    if (!effect) return;
    const auto open =
        std::ranges::find_if(intervals_, [&](const StateInterval& interval) { return interval.state == effect->stop && !interval.ended; });
    if (effect->begins && open == intervals_.end()) intervals_.push_back({username, effect->stop, change.describe()});
    if (!effect->begins && open != intervals_.end()) open->ended = change.describe();
  }
  std::vector<StateInterval> take() { return std::exchange(intervals_, {}); }

 private:
  std::vector<StateInterval> intervals_;
};

// From when until when somebody was linked.
struct Span {
  Timestamp from;
  Timestamp to = view::end_of_time;
};

std::vector<Span> spans_of(const view::LinkHistory& history, const AsOf& as_of) {
  std::vector<Span> out;
  bool is_linked = false;
  for (const view::LinkChange& change : history.changes()) {
    if (!as_of.sees(change.event)) continue;
    const bool is_end = change.kind == view::LinkKind::end || change.kind == view::LinkKind::close;
    if (is_end && std::exchange(is_linked, false)) out.back().to = change.event.at;
    if (change.kind == view::LinkKind::start && !std::exchange(is_linked, true)) out.push_back({change.event.at});
  }
  return out;
}

bool meet(const StateInterval& interval, const Span& span) {
  return interval.began.at < span.to && (!interval.ended || span.from < interval.ended->at);
}

// Gives people one at a time, with their intervals.
class People {
 public:
  People(const view::AccessContext& context, const StateQuery& query, const std::string& from)
      : context_(context),
        query_(query),
        of_one_(context.snapshot.rows(context.table, view::Scan::prefix)),
        all_(context.snapshot.rows(context.table, view::Scan::whole)) {
    if (!query.provider) {
      all_.seek(view::account_changes_prefix(query.username ? query.username->text() : from));
      return;
    }
    view::LinkFilter filter{.provider = view::pack_provider(*query.provider), .username = {}, .service = {}};
    if (query.username) filter.username = query.username->text();
    links_ = view::walk_links(context, filter, {*filter.provider, from});
  }

  // False at the end. Some have none.
  bool next(std::string& username, std::vector<StateInterval>& out) {
    if (!links_) return next_of_all(username, out);
    if (!links_->next(link_)) return false;
    username = link_.username;
    read(username, out);
    const std::vector<Span> spans = out.empty() ? std::vector<Span>{} : spans_of(link_.history, context_.as_of);
    std::erase_if(out, [&](const StateInterval& interval) {
      return std::ranges::none_of(spans, [&](const Span& span) { return meet(interval, span); });
    });
    return true;
  }

 private:
  bool next_of_all(std::string& username, std::vector<StateInterval>& out) {
    if (!all_.valid() || !all_.key().starts_with(tag_)) return false;
    username = view::ByteReader(all_.key().substr(tag_.size())).key_text();
    if (query_.username && username != query_.username->text()) return false;
    const std::string prefix = view::account_changes_prefix(username);
    add_while(all_, prefix, username);
    take(out);
    return true;
  }

  void read(const std::string& username, std::vector<StateInterval>& out) {
    const std::string prefix = view::account_changes_prefix(username);
    of_one_.seek(prefix);
    add_while(of_one_, prefix, username);
    take(out);
  }

  void add_while(view::Rows& rows, const std::string& prefix, const std::string& username) {
    for (; rows.valid() && rows.key().starts_with(prefix); rows.next()) {
      const auto change = view::take_account_change(view::ByteReader(rows.key().substr(prefix.size())).ordered(), rows.value());
      if (context_.as_of.sees(change.event)) folded_.add(username, change);
    }
  }

  void take(std::vector<StateInterval>& out) {
    out = folded_.take();
    if (query_.state) std::erase_if(out, [&](const StateInterval& interval) { return interval.state != *query_.state; });
  }

  const view::AccessContext& context_;
  const StateQuery& query_;
  const std::string tag_ = view::all_account_changes_prefix();
  view::Rows of_one_;
  view::Rows all_;
  std::unique_ptr<view::LinkWalk> links_;
  view::Link link_;
  IntervalsOfOne folded_;
};

}  // namespace

std::string_view name_of(AccountStop stop) {
  switch (stop) {
    case AccountStop::locked:
      return name_of(Unusable::locked);
    case AccountStop::disabled:
      return name_of(Unusable::disabled);
    case AccountStop::terminated:
      return name_of(Unusable::terminated);
  }
  return {};
}

std::optional<AccountStop> account_stop_named(std::string_view name) {
  const auto* const found = std::ranges::find_if(all_stops, [&](AccountStop stop) { return name_of(stop) == name; });
  return found == all_stops.end() ? std::nullopt : std::optional{*found};
}

std::expected<Page<StateInterval>, BadCursor> state_intervals(const Views& views, const StateQuery& query) {
  const auto table = views.database().live(static_cast<std::size_t>(ProjectionKind::access));
  const auto snapshot = views.database().snapshot();
  AsOf as_of(snapshot, *table, query.moment);
  const auto question = question_of(query);
  StatePlace first;
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_states, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > as_of.position()) return std::unexpected(view::cursor_ahead(read->position, as_of.position()));
    as_of.limit_position(read->position);
    try {
      first = read_state_place(read->place);
    } catch (const view::Failed&) {
      return std::unexpected(view::mangled_cursor());
    }
  }

  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  Page<StateInterval> page;
  page.truth.true_of = as_of.position();
  // An account's changes are no provider's, so one that could not be handled may touch any of them.
  view::add_touching(snapshot, *table, as_of, {{}, query.username ? std::optional{query.username->text()} : std::nullopt},
                     page.truth.incomplete);
  const view::AccessContext context{snapshot, *table, as_of, as_of.at()};
  People people(context, query, first.username);
  std::string username;
  std::vector<StateInterval> intervals;
  while (people.next(username, intervals)) {
    for (std::uint64_t had = username == first.username ? first.rows : 0; had < intervals.size(); ++had) {
      if (page.rows.size() == limit) {
        page.next = view::write_cursor(cursor_of_states, question, {as_of.position(), write_state_place({username, had})});
        return page;
      }
      page.rows.push_back(std::move(intervals[had]));
    }
  }
  return page;
}

}  // namespace muniment
