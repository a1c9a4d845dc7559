#include "projections/trail.h"

#include <algorithm>

#include "projections/cursor.h"
#include "projections/quarantine.h"
#include "projections/trail/postings.h"

namespace muniment {

using view::AsOf;
using view::Direction;
using view::PostingKey;
using view::PostingSource;
using view::PostingsPtr;

namespace {

constexpr char cursor_of_trail = 't';
constexpr Timestamp beginning_of_time{std::numeric_limits<std::int64_t>::min()};

view::Fingerprint question_of(const TrailQuery& query) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? std::optional{static_cast<std::uint64_t>(at->ns)} : std::nullopt;
  };
  view::Fingerprint out;
  out.add(query.username ? std::optional{query.username->text()} : std::nullopt);
  out.add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(std::uint64_t{query.actor.has_value()});
  if (query.actor) out.add(static_cast<std::uint64_t>(query.actor->kind)).add(query.actor->name);
  out.add(query.type ? std::optional{std::uint64_t{*query.type}} : std::nullopt);
  out.add(std::uint64_t{query.not_types.size()});
  for (const FactNumber type : query.not_types) out.add(std::uint64_t{type});
  out.add(time(query.from)).add(time(query.to)).add(std::uint64_t{query.newest_first});
  out.add(time(query.moment.at)).add(query.moment.position);
  if (!query.narrowed_by.empty()) out.add(query.narrowed_by);
  return out;
}

// No ordered event known at the position took effect later. Nothing: any may have.
std::optional<Timestamp> ordered_until(const view::Snapshot& snapshot, const view::Table& table, Position position) {
  const auto value = snapshot.get(table, view::high_water_key(position / view::block_positions + 1));
  if (!value) return std::nullopt;
  return view::ByteReader(*value).time();
}

PostingsPtr list_of_provider(const ProviderId& id, const PostingSource& source) {
  return view::postings_of(
      source, [provider = view::pack_provider(id)](std::string& out, bool late) { view::entry_of_provider(out, provider, late); });
}

// Of a person, at a provider, or of the person at the provider; nothing where the question names neither.
PostingsPtr list_of_parties(const TrailQuery& query, const PostingSource& source) {
  if (!query.username) return query.provider ? list_of_provider(*query.provider, source) : nullptr;
  auto of_subject =
      view::postings_of(source, [&](std::string& out, bool late) { view::entry_of_subject(out, query.username->text(), late); });
  if (!query.provider) return of_subject;
  return view::at_provider(std::move(of_subject), list_of_provider(*query.provider, source), view::pack_provider(*query.provider));
}

PostingsPtr list_of(const TrailQuery& query, const PostingSource& source) {
  std::vector<PostingsPtr> lists;
  if (auto parties = list_of_parties(query, source)) lists.push_back(std::move(parties));
  if (query.actor) {
    lists.push_back(view::postings_of(
        source, [&](std::string& out, bool late) { view::entry_of_actor(out, query.actor->kind, query.actor->name, late); }));
  }
  if (!query.type) {
    if (lists.empty()) lists.push_back(view::postings_of(source, view::entry_of_all));
    return view::in_all(std::move(lists));
  }
  auto all_of_type = view::postings_of(source, [&](std::string& out, bool late) { view::entry_of_type(out, *query.type, late); });
  if (lists.empty()) return all_of_type;
  return view::of_type(view::in_all(std::move(lists)), std::move(all_of_type), *query.type);
}

std::string write_trail_place(const PostingKey& key) {
  std::string out;
  view::put_posting_key(out, key);
  return out;
}

std::optional<PostingKey> read_trail_place(std::string_view place) {
  try {
    view::ByteReader from(place);
    const auto key = view::take_posting_key(from);
    return from.at_end() ? std::optional{key} : std::nullopt;
  } catch (const view::Failed&) {  // It ended too soon.
    return std::nullopt;
  }
}

struct TimeRange {
  Timestamp first;
  Timestamp last;
  bool contains(Timestamp at) const { return first <= at && at <= last; }
};

}  // namespace

std::expected<Page<TrailRow>, BadCursor> Trail::search(const TrailQuery& query) const {
  const auto table = views_.database().live(static_cast<std::size_t>(ProjectionKind::trail));
  const auto snapshot = views_.database().snapshot();
  AsOf as_of(snapshot, *table, query.moment);
  const auto question = question_of(query);
  std::optional<PostingKey> after;
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_trail, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > as_of.position()) return std::unexpected(view::cursor_ahead(read->position, as_of.position()));
    after = read_trail_place(read->place);
    if (!after) return std::unexpected(view::mangled_cursor());
    as_of.limit_position(read->position);
  }

  const Direction direction = query.newest_first ? Direction::newest_first : Direction::oldest_first;
  const TimeRange range{query.from.value_or(beginning_of_time), std::min(query.to.value_or(view::end_of_time), as_of.at())};
  const auto list = list_of(query, {snapshot, *table, direction, ordered_until(snapshot, *table, as_of.position())});
  const PostingKey start = query.newest_first ? PostingKey{range.last, ~Position{0}} : PostingKey{range.first, 0};
  list->seek(after && view::comes_before(start, *after, direction) ? *after : start);

  Page<TrailRow> page;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  for (; list->valid() && range.contains(list->here().key.at); list->next()) {
    const auto& [key, import, type, place] = list->here();
    if (std::ranges::find(query.not_types, type) != query.not_types.end()) continue;
    if (key == after || !as_of.knows({key.position, key.at, import})) continue;
    if (page.rows.size() == limit) {
      const auto& last = page.rows.back();
      page.next = view::write_cursor(cursor_of_trail, question, {as_of.position(), write_trail_place({last.at, last.position})});
      break;
    }
    page.rows.push_back({key.position, key.at, import, type});
  }
  page.truth.true_of = as_of.position();
  const view::Scope scope{query.provider ? std::optional{view::pack_provider(*query.provider)} : std::nullopt,
                          query.username ? std::optional{query.username->text()} : std::nullopt};
  view::add_touching(snapshot, *table, as_of, scope, page.truth.incomplete);
  return page;
}

Position Trail::position() const { return views_.position(ProjectionKind::trail); }

}  // namespace muniment
