#include "projections/access.h"

#include <algorithm>
#include <shared_mutex>
#include <span>
#include <unordered_map>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/values/csv_cell.h"
#include "projections/access/account_state.h"
#include "projections/access/link_state.h"
#include "projections/access/service_names.h"
#include "projections/access/walk.h"
#include "projections/cursor.h"
#include "projections/quarantine.h"

namespace muniment {

using view::AccessContext;
using view::AsOf;
using view::Fingerprint;
using view::Link;
using view::LinkFilter;
using view::LinkPlace;
using view::LinkState;
using view::Snapshot;

namespace {

constexpr char cursor_of_rows = 'a';
constexpr char cursor_of_differences = 'd';
// What stands behind the service in the rows of CSV, whose order the answers have.
constexpr char behind_held = '\n';
constexpr char behind_difference = ',';

Fingerprint question_of(const AccessQuery& query) {
  Fingerprint out;
  out.add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(query.username ? std::optional{query.username->text()} : std::nullopt);
  out.add(query.service);
  out.add(query.moment.at ? std::optional{static_cast<std::uint64_t>(query.moment.at->ns)} : std::nullopt);
  out.add(query.moment.position);
  return out;
}

Fingerprint question_of(const AccessDiffQuery& query) {
  Fingerprint out;
  out.add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(query.username ? std::optional{query.username->text()} : std::nullopt);
  out.add(static_cast<std::uint64_t>(query.from.ns)).add(static_cast<std::uint64_t>(query.to.ns));
  out.add(query.position);
  return out;
}

// The last row of a page.
struct AccessPlace {
  LinkPlace link;
  std::string service;
};

std::string write_access_place(const AccessPlace& place) {
  std::string out;
  view::put_provider(out, place.link.provider);
  view::put_text(out, place.link.username);
  view::put_text(out, place.service);
  return out;
}

// Throws view::Failed for a place that was not written here.
AccessPlace read_access_place(std::string_view bytes) {
  view::ByteReader from(bytes);
  AccessPlace out;
  out.link.provider = from.provider();
  out.link.username = from.text();
  out.service = from.text();
  if (!from.at_end() || out.link.username.find('\0') != std::string::npos) throw view::Failed("not a place");
  return out;
}

// Where to go on, and at which position.
struct Resumed {
  std::optional<Position> position;
  std::optional<AccessPlace> after;
};

std::expected<Resumed, BadCursor> resume(char projection, const Fingerprint& question, const std::string& cursor, Position reached) {
  if (cursor.empty()) return Resumed{};
  const auto read = view::read_cursor(projection, question, cursor);
  if (!read) return std::unexpected(read.error());
  if (read->position > reached) return std::unexpected(view::cursor_ahead(read->position, reached));
  try {
    return Resumed{read->position, read_access_place(read->place)};
  } catch (const view::Failed&) {
    return std::unexpected(view::mangled_cursor());
  }
}

LinkFilter filter_of(const std::optional<ProviderId>& provider, const std::optional<Username>& username) {
  LinkFilter out;
  if (provider) out.provider = view::pack_provider(*provider);
  if (username) out.username = username->text();
  return out;
}

// Rows of one link in the order of their services, less those that earlier pages had.
template <typename Row>
class PageBuilder {
 public:
  PageBuilder(std::size_t limit, std::optional<AccessPlace> after, char behind_service)
      : limit_(std::clamp<std::size_t>(limit, 1, page_size_max)), after_(std::move(after)), behind_service_(behind_service) {}

  LinkPlace start() const { return after_ ? after_->link : LinkPlace{}; }
  bool had(const Link& link, std::string_view service) const {
    return after_ && after_->link.provider == link.provider && after_->link.username == link.username &&
           !is_csv_cell_before(after_->service, service, behind_service_);
  }
  bool full() const { return page_.rows.size() == limit_; }
  void add(Row row) { page_.rows.push_back(std::move(row)); }

  // `more`: a row was found that has no room.
  Page<Row> finish(bool more, char projection, const Fingerprint& question, Truth truth) {
    if (more) {
      const auto& last = page_.rows.back();
      const AccessPlace place{{view::pack_provider(last.provider), last.username}, last.service};
      page_.next = view::write_cursor(projection, question, {truth.true_of, write_access_place(place)});
    }
    page_.truth = std::move(truth);
    return std::move(page_);
  }

 private:
  std::size_t limit_;
  std::optional<AccessPlace> after_;
  char behind_service_;
  Page<Row> page_;
};

}  // namespace

std::string_view name_of(Unusable reason) {
  switch (reason) {
    case Unusable::locked:
      return "locked";
    case Unusable::disabled:
      return "disabled";
    case Unusable::terminated:
      return "terminated";
    case Unusable::terms_not_accepted:
      return "terms_not_accepted";
  }
  return {};
}

struct Access::Impl {
  const Views& views;
  view::ServiceNames names;

  view::TablePtr table() const { return views.database().live(static_cast<std::size_t>(ProjectionKind::access)); }

  // Differences of one link between the two moments, in the order of the services.
  std::vector<AccessDiffRow> differences(const AccessContext& context, const AccessDiffQuery& query, const Link& link) const;
};

Access::Access(const Views& views) : impl_(new Impl{views, {}}) {}
Access::~Access() = default;

namespace {

struct NamedService {
  std::string_view text;
  const view::HeldService* held;
};

void name_services(const std::vector<view::HeldService>& held, const Snapshot& snapshot, const view::Table& table,
                   const view::ServiceNames& names, std::vector<NamedService>& out) {
  out.clear();
  for (const auto& service : held) out.push_back({names.text_of(snapshot, table, service.service), &service});
}

std::optional<AccessChange> describe(const Link& link, const view::LinkChange* change) {
  if (change == nullptr) return std::nullopt;
  return link.history.describe(*change);
}

Truth truth_of(const Snapshot& snapshot, const view::Table& table, const AsOf& as_of, const LinkFilter& filter) {
  Truth truth;
  truth.true_of = as_of.position();
  view::add_touching(snapshot, table, as_of, {filter.provider, filter.username}, truth.incomplete);
  return truth;
}

}  // namespace

std::expected<Page<AccessRow>, BadCursor> Access::as_of(const AccessQuery& query) const {
  const auto table = impl_->table();
  const auto snapshot = impl_->views.database().snapshot();
  AsOf as_of(snapshot, *table, query.moment);
  const auto question = question_of(query);
  auto resumed = resume(cursor_of_rows, question, query.cursor, as_of.position());
  if (!resumed) return std::unexpected(resumed.error());
  if (resumed->position) as_of.limit_position(*resumed->position);

  LinkFilter filter = filter_of(query.provider, query.username);
  PageBuilder<AccessRow> page(query.limit, std::move(resumed->after), behind_held);
  const auto finish = [&](bool more) { return page.finish(more, cursor_of_rows, question, truth_of(snapshot, *table, as_of, filter)); };
  if (query.service) {
    filter.service = view::ServiceNames::number_of(snapshot, *table, *query.service);
    if (!filter.service) return finish(false);  // Nobody was ever granted it.
  }

  const AccessContext context{snapshot, *table, as_of, as_of.at()};
  view::AccountStates accounts(snapshot, *table, as_of);
  const auto walk = view::walk_links_as_csv(context, filter, page.start());
  Link link;
  LinkState state;
  std::vector<NamedService> services;
  while (walk->next(link)) {
    view::fold(link.history, as_of, as_of.at(), state);
    if (filter.service) std::erase_if(state.held, [&](const view::HeldService& held) { return held.service != *filter.service; });
    name_services(state.held, snapshot, *table, impl_->names, services);
    std::ranges::sort(services, [](const auto& a, const auto& b) { return is_csv_cell_before(a.text, b.text, behind_held); });
    for (const auto& [text, held] : services) {
      if (page.had(link, text)) continue;
      if (page.full()) return finish(true);
      page.add({view::unpack_provider(link.provider), link.username, std::string{text}, link.history.describe(*held->granted),
                describe(link, view::ending(link.history, as_of, as_of.at(), held->service)), accounts.of(link.username).unusable()});
    }
  }
  return finish(false);
}

std::vector<AccessDiffRow> Access::Impl::differences(const AccessContext& context, const AccessDiffQuery& query, const Link& link) const {
  LinkState before;
  LinkState after;
  view::fold(link.history, context.as_of, query.from, before);
  view::fold(link.history, context.as_of, query.to, after);
  std::vector<AccessDiffRow> out;
  const auto add = [&](AccessDifference difference, const LinkState& had, const LinkState& other, Timestamp at) {
    for (const auto& held : had.held) {
      const bool in_both = std::any_of(other.held.begin(), other.held.end(), [&](const auto& o) { return o.service == held.service; });
      if (in_both) continue;
      out.push_back({difference, view::unpack_provider(link.provider), link.username,
                     std::string{names.text_of(context.snapshot, context.table, held.service)}, link.history.describe(*held.granted),
                     describe(link, view::ending(link.history, context.as_of, at, held.service))});
    }
  };
  add(AccessDifference::lost, before, after, query.from);
  add(AccessDifference::gained, after, before, query.to);
  std::sort(out.begin(), out.end(),
            [](const AccessDiffRow& a, const AccessDiffRow& b) { return is_csv_cell_before(a.service, b.service, behind_difference); });
  return out;
}

std::expected<Page<AccessDiffRow>, BadCursor> Access::diff(const AccessDiffQuery& query) const {
  const auto table = impl_->table();
  const auto snapshot = impl_->views.database().snapshot();
  const Timestamp latest = std::max(query.from, query.to);
  AsOf as_of(snapshot, *table, Moment{latest, query.position});
  const auto question = question_of(query);
  auto resumed = resume(cursor_of_differences, question, query.cursor, as_of.position());
  if (!resumed) return std::unexpected(resumed.error());
  if (resumed->position) as_of.limit_position(*resumed->position);

  const LinkFilter filter = filter_of(query.provider, query.username);
  const AccessContext context{snapshot, *table, as_of, latest};
  PageBuilder<AccessDiffRow> page(query.limit, std::move(resumed->after), behind_difference);
  const auto finish = [&](bool more) {
    return page.finish(more, cursor_of_differences, question, truth_of(snapshot, *table, as_of, filter));
  };
  const auto walk = view::walk_links_as_csv(context, filter, page.start());
  Link link;
  while (walk->next(link)) {
    for (auto& row : impl_->differences(context, query, link)) {
      if (page.had(link, row.service)) continue;
      if (page.full()) return finish(true);
      page.add(std::move(row));
    }
  }
  return finish(false);
}

AccountStatus Access::account(const Username& username, const Moment& moment) const {
  const auto table = impl_->table();
  const auto snapshot = impl_->views.database().snapshot();
  const AsOf as_of(snapshot, *table, moment);
  const LinkFilter filter = filter_of(std::nullopt, username);
  const AccessContext context{snapshot, *table, as_of, as_of.at()};

  AccountStatus out;
  const auto walk = view::walk_links(context, filter, {});
  Link link;
  LinkState state;
  std::vector<NamedService> services;
  while (walk->next(link)) {
    view::fold(link.history, as_of, as_of.at(), state);
    if (!state.linked()) continue;
    AccountLink shown{view::unpack_provider(link.provider), link.history.describe(*state.started), {}};
    name_services(state.held, snapshot, *table, impl_->names, services);
    std::ranges::sort(services, {}, &NamedService::text);
    for (const auto& service : services) shown.services.emplace_back(service.text);
    out.links.push_back(std::move(shown));
  }
  view::AccountStates accounts(snapshot, *table, as_of);
  const auto& account = accounts.of(username.text());
  out.locked = account.locked;
  out.disabled = account.disabled;
  out.terminated = account.terminated;
  out.terms_current = accounts.terms_current();
  out.terms_accepted = account.terms_accepted;
  out.unusable = account.unusable();
  out.truth = truth_of(snapshot, *table, as_of, filter);
  return out;
}

Position Access::position() const { return impl_->views.position(ProjectionKind::access); }

LinkStories Access::stories(const Username& username, const std::optional<ProviderId>& provider, const Moment& moment) const {
  const auto table = impl_->table();
  const auto snapshot = impl_->views.database().snapshot();
  const AsOf as_of(snapshot, *table, moment);
  const LinkFilter filter = filter_of(provider, username);
  const AccessContext context{snapshot, *table, as_of, as_of.at()};
  const auto texts_of = [&](std::span<const view::ServiceNumber> numbers) {
    std::vector<std::string> out;
    for (const view::ServiceNumber number : numbers) out.emplace_back(impl_->names.text_of(snapshot, *table, number));
    return out;
  };

  LinkStories out;
  const auto walk = view::walk_links(context, filter, {});
  Link link;
  while (walk->next(link)) {
    LinkStory story{view::unpack_provider(link.provider), {}};
    for (const view::LinkChange& change : link.history.changes()) {
      if (!as_of.sees(change.event)) continue;
      const bool is_end = change.kind == view::LinkKind::end || change.kind == view::LinkKind::close;
      if (is_end && (story.steps.empty() || story.steps.back().kind == LinkStep::Kind::ended)) continue;
      const auto kind = is_end                                 ? LinkStep::Kind::ended
                        : change.kind == view::LinkKind::start ? LinkStep::Kind::started
                                                               : LinkStep::Kind::assigned;
      story.steps.push_back(
          {kind, link.history.describe(change), texts_of(link.history.granted(change)), texts_of(link.history.revoked(change))});
    }
    if (!story.steps.empty()) out.links.push_back(std::move(story));
  }
  out.truth = truth_of(snapshot, *table, as_of, filter);
  return out;
}

}  // namespace muniment
