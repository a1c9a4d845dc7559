#include "projections/roster.h"

#include <algorithm>

#include "events/values/text.h"
#include "projections/access/account_state.h"
#include "projections/access/link_state.h"
#include "projections/access/service_names.h"
#include "projections/access/walk.h"
#include "projections/cursor.h"
#include "projections/quarantine.h"
#include "projections/roster/person.h"

namespace muniment {

using view::AccessContext;
using view::AsOf;
using view::EventRef;
using view::PackedProvider;
using view::RowName;
using view::Snapshot;
using view::Table;

namespace {

constexpr char cursor_of_roster = 'r';

view::Fingerprint question_of(const RosterQuery& query) {
  view::Fingerprint out;
  out.add(query.provider.text()).add(query.last_name).add(query.first_name);
  out.add(query.moment.at ? std::optional{static_cast<std::uint64_t>(query.moment.at->ns)} : std::nullopt);
  out.add(query.moment.position);
  return out;
}

// The folded beginning of a name; nothing for a text that begins none.
std::optional<std::string> folded_prefix(std::string_view typed) {
  const auto text = normalized(typed);
  if (!text) return std::nullopt;
  return search_key(*text);
}

struct RosterPlace {
  std::string username;
  Position linked;
  Position version;
  Position erased;  // The last erasure when the page was made: each moves rows to where those without a name are.
};

// The place of a row in a cursor names the account, not the person.
std::string write_roster_place(const RowName& row, Position erased) {
  std::string out;
  view::put_text(out, row.username);
  view::put_ordered(out, row.linked);
  view::put_ordered(out, row.version);
  view::put_ordered(out, erased);
  return out;
}

std::optional<RosterPlace> read_roster_place(std::string_view bytes) {
  try {
    view::ByteReader from(bytes);
    const std::string_view username = from.text();
    const Position linked = from.ordered();
    const Position version = from.ordered();
    const Position erased = from.ordered();
    if (!from.at_end() || !Username::parse(username)) return std::nullopt;
    return RosterPlace{std::string{username}, linked, version, erased};
  } catch (const ViewsFailed&) {  // It ended too soon.
    return std::nullopt;
  }
}

Position last_erasure(const Snapshot& snapshot, const Table& table) {
  const auto value = snapshot.get(table, view::last_erasure_key());
  return value ? view::ByteReader(*value).ordered() : 0;
}

// The row that the place means; nothing when there is none.
std::optional<RowName> find_place(const Snapshot& snapshot, const Table& table, const RosterPlace& place) {
  const auto value = snapshot.get(table, view::person_key(place.username));
  if (!value) return std::nullopt;
  for (const auto& known : view::take_person(*value).names) {
    if (known.event.position == place.version) return view::row_name(known.name, place.username, place.linked, place.version);
  }
  return std::nullopt;
}

// Rows of one provider in the order of an index, those that match, at whatever moment.
class Matches {
 public:
  Matches(const Snapshot& snapshot, const Table& table, PackedProvider provider, const AsOf& as_of, std::string last, std::string first)
      : last_(std::move(last)),
        first_(std::move(first)),
        by_first_(last_.empty() && !first_.empty()),
        rows_(snapshot, table, prefixes(snapshot, table, provider, as_of, by_first_)) {}

  void start(const std::optional<RowName>& after) {
    if (after) {
      const std::string place = by_first_ ? view::first_name_suffix(*after) : view::last_name_suffix(*after);
      rows_.seek(place);
      if (rows_.valid() && rows_.suffix() == place) rows_.next();
    } else {
      rows_.seek(by_first_ ? first_ : last_name_start(last_));
    }
    settle();
  }
  bool valid() const { return valid_; }
  void next() {
    rows_.next();
    settle();
  }
  const RowName& name() const { return name_; }
  std::string_view value() const { return rows_.value(); }

 private:
  static std::vector<std::string> prefixes(const Snapshot& snapshot, const Table& table, PackedProvider provider, const AsOf& as_of,
                                           bool by_first) {
    std::vector<std::string> out;
    for (const auto& era : view::eras_of(snapshot, table, provider)) {
      if (!view::has_begun(era, as_of, as_of.at())) continue;
      out.push_back(by_first ? view::first_names_prefix(provider, era.era) : view::last_names_prefix(provider, era.era));
    }
    return out;
  }
  // Of a key that begins with a last name, or its beginning. Rows without a name come later.
  static std::string last_name_start(std::string_view last) {
    std::string out;
    view::put_byte(out, 0);
    return out.append(last);
  }

  // Goes on to the next row that matches, passing over what lies between two last names.
  void settle() {
    for (valid_ = false; rows_.valid();) {
      name_ = by_first_ ? view::take_first_name_suffix(rows_.suffix()) : view::take_last_name_suffix(rows_.suffix());
      if (by_first_) {
        valid_ = name_.first.starts_with(first_);
        return;
      }
      if (last_.empty() && first_.empty()) {
        valid_ = true;
        return;
      }
      if (!name_.named || !name_.last.starts_with(last_)) return;
      if (name_.first.starts_with(first_)) {
        valid_ = true;
        return;
      }
      const std::string same_last = last_name_start(name_.last);
      rows_.seek(name_.first < first_ ? same_last + '\0' + first_ : same_last + '\1');
    }
  }

  std::string last_;
  std::string first_;
  bool by_first_;
  view::MergedRows rows_;
  RowName name_;
  bool valid_ = false;
};

std::vector<EventRef> closings_of(const Snapshot& snapshot, const Table& table, PackedProvider provider) {
  std::vector<EventRef> out;
  auto rows = snapshot.rows(table, view::Scan::prefix);
  for (rows.seek(view::closings_of_prefix(provider)); rows.valid(); rows.next()) {
    view::ByteReader from(rows.value());
    out.push_back(view::take_ref(from));
  }
  return out;
}

bool counts(const view::Span& span, const std::vector<EventRef>& closings, const AsOf& as_of) {
  const auto seen = [&](const EventRef& event) { return as_of.sees(event); };
  if (!seen(span.linked) || !seen(span.named) || std::any_of(span.ends.begin(), span.ends.end(), seen)) return false;
  return std::none_of(closings.begin(), closings.end(),
                      [&](const EventRef& closing) { return closing.position > span.linked.position && seen(closing); });
}

// What the access projection knows of a row's account.
class Holdings {
 public:
  Holdings(const AccessContext& context, const view::ServiceNames& names)
      : context_(context), names_(names), links_(context_), accounts_(context.snapshot, context.table, context.as_of) {}

  void add_to(RosterRow& row) {
    links_.read(view::pack_provider(row.provider), row.username, link_);
    view::fold(link_.history, context_.as_of, context_.as_of.at(), state_);
    for (const auto& held : state_.held) row.services.emplace_back(names_.text_of(context_.snapshot, context_.table, held.service));
    std::sort(row.services.begin(), row.services.end());
    if (state_.last != nullptr && state_.last->event.position > row.changed_position) {
      row.changed_position = state_.last->event.position;
      row.changed_at = state_.last->event.at;
    }
    row.unusable = accounts_.of(row.username).unusable();
  }

 private:
  const AccessContext context_;
  const view::ServiceNames& names_;
  view::LinkReader links_;
  view::AccountStates accounts_;
  view::Link link_;
  view::LinkState state_;
};

// Without what access adds.
RosterRow show(const ProviderId& provider, const RowName& row, const view::Span& span, const view::Person& person) {
  const auto& changed = span.named.position > span.linked.position ? span.named : span.linked;
  RosterRow out{.provider = provider,
                .username = row.username,
                .account = person.account,
                .name = NameState::none,
                .last_name = {},
                .first_name = {},
                .middle_initial = {},
                .linked_position = span.linked.position,
                .linked_at = span.linked.at,
                .changed_position = changed.position,
                .changed_at = changed.at,
                .services = {},
                .unusable = {}};
  for (const auto& [event, name] : person.names) {
    if (event.position != row.version) continue;
    out.name = name.state;
    out.last_name = name.last;
    out.first_name = name.first;
    out.middle_initial = name.middle_initial;
  }
  return out;
}

}  // namespace

struct Roster::Impl {
  const Views& views;
  view::ServiceNames names;

  view::TablePtr table(ProjectionKind kind) const { return views.database().live(static_cast<std::size_t>(kind)); }
};

Roster::Roster(const Views& views) : impl_(new Impl{views, {}}) {}
Roster::~Roster() = default;

namespace {

// A row of an index that counts at the moment.
struct Match {
  RowName row;
  view::Span span;
};

struct Found {
  std::vector<Match> matches;
  bool more = false;  // There is another one.
};

Found find_matches(const RosterQuery& query, const Snapshot& snapshot, const Table& table, const AsOf& as_of,
                   const std::optional<RowName>& after) {
  Found out;
  const auto last = folded_prefix(query.last_name);
  const auto first = folded_prefix(query.first_name);
  if (!last || !first) return out;
  const auto provider = view::pack_provider(query.provider);
  const auto closings = closings_of(snapshot, table, provider);
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  Matches matches(snapshot, table, provider, as_of, *last, *first);
  for (matches.start(after); matches.valid(); matches.next()) {
    auto span = view::take_span(matches.name(), matches.value());
    if (!counts(span, closings, as_of)) continue;
    if (out.matches.size() == limit) {
      out.more = true;
      return out;
    }
    out.matches.push_back({matches.name(), std::move(span)});
  }
  return out;
}

std::vector<RosterRow> show_all(const RosterQuery& query, const Snapshot& snapshot, const Table& table, const std::vector<Match>& matches) {
  std::vector<std::string> keys;
  for (const auto& match : matches) keys.push_back(view::person_key(match.row.username));
  const auto people = snapshot.get_all(table, keys);
  std::vector<RosterRow> out;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (!people[i]) throw ViewsFailed("a row of the roster is of nobody: delete the views' folder, they are built again");
    out.push_back(show(query.provider, matches[i].row, matches[i].span, view::take_person(*people[i])));
  }
  return out;
}

}  // namespace

std::expected<Page<RosterRow>, BadCursor> Roster::search(const RosterQuery& query) const {
  const auto table = impl_->table(ProjectionKind::roster);
  const auto access = impl_->table(ProjectionKind::access);
  const auto snapshot = impl_->views.database().snapshot();
  AsOf as_of(snapshot, *table, query.moment);
  AsOf access_as_of(snapshot, *access, query.moment);
  as_of.limit_position(access_as_of.position());

  const auto question = question_of(query);
  const Position erased = last_erasure(snapshot, *table);
  std::optional<RowName> after;
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_roster, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > as_of.position()) return std::unexpected(view::cursor_ahead(read->position, as_of.position()));
    const auto place = read_roster_place(read->place);
    if (place && place->erased != erased)
      return std::unexpected(
          BadCursor{"a person was erased since the page before, and rows have changed their places: ask without the cursor"});
    if (place) after = find_place(snapshot, *table, *place);
    if (!after) return std::unexpected(view::mangled_cursor());
    as_of.limit_position(read->position);
  }
  access_as_of.limit_position(as_of.position());

  Page<RosterRow> page;
  page.truth.true_of = as_of.position();
  const auto found = find_matches(query, snapshot, *table, as_of, after);
  page.rows = show_all(query, snapshot, *table, found.matches);
  Holdings holdings({snapshot, *access, access_as_of, access_as_of.at()}, impl_->names);
  for (auto& row : page.rows) holdings.add_to(row);
  if (found.more)
    page.next = view::write_cursor(cursor_of_roster, question, {as_of.position(), write_roster_place(found.matches.back().row, erased)});
  const view::Scope scope{view::pack_provider(query.provider), std::nullopt};
  view::add_touching(snapshot, *table, as_of, scope, page.truth.incomplete);
  view::add_touching(snapshot, *access, access_as_of, scope, page.truth.incomplete);
  return page;
}

Position Roster::position() const {
  return std::min(impl_->views.position(ProjectionKind::roster), impl_->views.position(ProjectionKind::access));
}

}  // namespace muniment
