// GET /v1/audit/...: questions about any moment.
#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/asked_actor.h"
#include "tools/wire/event_cells.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

// A name that nobody ever had is a problem, not an empty answer, for those who see everything: for whoever asks after the wrong name,
// "nothing" reads as "had no access". To the others it would tell which names there are elsewhere.
void require_known(Question& question, Node& node, const Horizon& horizon, const std::optional<ProviderId>& provider,
                   const std::optional<Username>& username) {
  if (!horizon.is_everything) return;
  if (provider && node.log().stream_version(0, StreamName::provider(*provider)) == 0) question.fail({problem::not_known, {}, "provider"});
  if (username && node.log().stream_version(0, StreamName::username(*username)) == 0) question.fail({problem::not_known, {}, "user"});
}

void require_known_service(Question& question, Node& node, const std::string& service) {
  World world;
  if (known_services(world, node.log()).find(service) == nullptr) question.fail({problem::not_known, {}, "service"});
}

// Narrows the question to a provider that the caller sees, unless the caller asks about itself.
std::optional<ProviderId> narrowed(Question& question, const Horizon& horizon, const std::optional<Username>& username,
                                   bool may_ask_about_itself) {
  const auto asked = question.provider("provider");
  if (may_ask_about_itself && horizon.self && username == horizon.self) return asked;
  const auto provider = provider_within(horizon, asked);
  if (provider) return *provider;
  question.fail(provider.error());
  return std::nullopt;
}

// Asks for a page by a query's limit and cursor, and puts the cells of its rows.
template <typename Query, typename Ask, typename Cells>
auto page_of(Query query, Ask ask, Cells cells_of) {
  return [query = std::move(query), ask, cells_of](std::size_t limit, const std::string& cursor,
                                                   RowSink& rows) mutable -> std::expected<PageEnd, BadCursor> {
    query.limit = limit;
    query.cursor = cursor;
    auto page = ask(query);
    if (!page) return std::unexpected(std::move(page.error()));
    for (const auto& row : page->rows) rows.add(cells_of(row));
    return PageEnd{std::move(page->truth), std::move(page->next)};
  };
}

// The same of a trail. Who does not see everything gets the page that there would be if the events were all that it may see: neither how
// many there are beside them nor whose they are shows in its size, its end or its filters.
class TrailPages {
 public:
  TrailPages(Node& node, TrailQuery query, const Horizon& horizon) : node_(node), query_(std::move(query)), horizon_(horizon) {}

  std::expected<PageEnd, BadCursor> operator()(std::size_t limit, const std::string& cursor, RowSink& rows) {
    query_.cursor = cursor;
    std::optional<PageEnd> out;
    std::size_t left = limit;
    std::size_t looked_at = 0;
    do {
      query_.limit = left;
      auto page = node_.trail().search(query_);
      if (!page) return std::unexpected(std::move(page.error()));
      if (!out) out = PageEnd{std::move(page->truth), {}};
      for (const TrailRow& row : page->rows) left -= show(row.position, [&](schema::Event::Reader event) { rows.add(event); }) ? 1 : 0;
      looked_at += page->rows.size();
      out->next = std::move(page->next);
      query_.cursor = out->next.value_or("");
    } while (out->next && left > 0 && looked_at < looked_at_max);
    if (out->next && !horizon_.is_everything && !has_more(looked_at)) out->next.reset();
    return std::move(*out);
  }

  // Whether an event of the actor would be shown.
  bool has_acts(const Principal& actor) {
    query_.actor = actor;
    query_.cursor.clear();
    return has_more(0);
  }

 private:
  static constexpr std::size_t looked_at_max = 20'000;  // Then the answer goes on behind the cursor, if only to its end.
  static constexpr std::size_t look_ahead = 100;

  bool has_more(std::size_t looked_at) {
    query_.limit = look_ahead;
    for (; looked_at < looked_at_max; looked_at += look_ahead) {
      const auto page = node_.trail().search(query_);
      if (!page) return false;
      for (const TrailRow& row : page->rows) {
        if (show(row.position, [](schema::Event::Reader) {})) return true;
      }
      if (!page->next) return false;
      query_.cursor = *page->next;
    }
    return true;
  }

  // Not one that is asked for by an actor who is not shown with it.
  bool show(Position position, const std::function<void(schema::Event::Reader)>& show) const {
    const EventView view(node_, horizon_);
    bool is_shown = false;
    node_.log().read(0, position, position, [&](Position, RecordWords words) {
      RecordReader record(words);
      view.show(record.event(), [&](schema::Event::Reader event) {
        if (query_.actor && event.getActor().getName() != record.event().getActor().getName()) return;
        is_shown = true;
        show(event);
      });
      return false;
    });
    return is_shown;
  }

  Node& node_;
  TrailQuery query_;
  const Horizon horizon_;
};

// No rows, whoever asks: the position is told that the answer is true of.
auto nothing_of(Node& node, TrailQuery query) {
  return [&node, query = std::move(query)](std::size_t, const std::string&, RowSink&) mutable -> std::expected<PageEnd, BadCursor> {
    query.limit = 1;
    auto page = node.trail().search(query);
    if (!page) return std::unexpected(std::move(page.error()));
    return PageEnd{std::move(page->truth), std::nullopt};
  };
}

}  // namespace

Response answer_as_of(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  AccessQuery query{.provider = narrowed(question, *horizon, username, true),
                    .username = username,
                    .service = call.parameter("service") == nullptr ? std::nullopt : std::optional{question.text("service")},
                    .moment = question.moment(),
                    .cursor = {}};
  question.require_views();
  require_known(question, node, *horizon, query.provider, query.username);
  if (query.service) require_known_service(question, node, *query.service);
  const auto ask = [&node](const AccessQuery& page) { return node.access().as_of(page); };
  return answer_rows(node, call, question, {.columns = access_columns(), .ask = page_of(std::move(query), ask, access_cells)});
}

Response answer_diff(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  const auto from = question.time("from");
  const auto to = question.time("to");
  if (!from) question.fail({problem::malformed, "expected a time", "from"});
  if (!to || (from && *to < *from)) question.fail({problem::malformed, "expected a time that is not before `from`", "to"});
  AccessDiffQuery query{.from = from.value_or(Timestamp{}),
                        .to = to.value_or(Timestamp{}),
                        .position = question.moment().position,
                        .provider = narrowed(question, *horizon, username, true),
                        .username = username,
                        .cursor = {}};
  question.require_views();
  require_known(question, node, *horizon, query.provider, query.username);
  const auto ask = [&node](const AccessDiffQuery& page) { return node.access().diff(page); };
  return answer_rows(node, call, question, {.columns = diff_columns(), .ask = page_of(std::move(query), ask, diff_cells)});
}

Response answer_roster(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto provider = narrowed(question, *horizon, std::nullopt, false);
  if (!provider) question.fail({problem::malformed, "expected a PID/SL", "provider"});
  const Moment moment = question.moment();
  question.require_views();
  require_known(question, node, *horizon, provider, std::nullopt);
  if (question.problem()) return respond(*question.problem(), call.id);
  RosterQuery query{.provider = *provider,
                    .last_name = question.text("last_name"),
                    .first_name = question.text("first_name"),
                    .moment = moment,
                    .cursor = {}};
  const auto ask = [&node](const RosterQuery& page) { return node.roster().search(page); };
  return answer_rows(node, call, question, {.columns = roster_columns(), .ask = page_of(std::move(query), ask, roster_cells)});
}

Response answer_subordinates(Node& node, const Call& call) {
  Call of_provider = call;
  of_provider.parameters.emplace_back("provider", call.resource);
  return answer_roster(node, of_provider);
}

Response answer_trail(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  TrailQuery query{.username = question.username("user"),
                   .provider = narrowed(question, *horizon, std::nullopt, false),
                   .actor = call.parameter("actor") == nullptr ? std::nullopt : std::optional{asked_actor(question.text("actor"))},
                   .type = std::nullopt,
                   .from = question.time("from"),
                   .to = question.time("to"),
                   .newest_first = !question.flag("oldest_first"),
                   .moment = question.moment(),
                   .cursor = question.text("cursor")};
  if (call.parameter("type") != nullptr) {
    query.type = fact_number(question.text("type"));
    if (!query.type) question.fail({problem::malformed, "expected a kind of event, such as subordinate_created", "type"});
  }
  question.require_views();
  require_known(question, node, *horizon, query.provider, query.username);
  if (!question.problem() && horizon->is_everything && query.actor && !is_known_actor(*query.actor, node.trail(), node.log()))
    question.fail({problem::not_known, {}, "actor"});
  if (question.problem()) return respond(*question.problem(), call.id);
  RowsQuestion rows{.columns = event_columns(), .ask = {}};
  // Refused attempts name accounts only that exist, so somebody who was never here is searched for nowhere.
  if (!horizon->is_everything && query.username && !was_on_roster(node, *query.provider, *query.username)) {
    query.username.reset();
    query.cursor.clear();
    rows.ask = nothing_of(node, std::move(query));
    return answer_rows(node, call, question, std::move(rows));
  }
  if (query.actor) {
    ActorChoice choice =
        choose_actor(*query.actor, [&](const Principal& actor) { return TrailPages(node, query, *horizon).has_acts(actor); });
    query.actor = std::move(choice.actor);
    if (choice.other) rows.remarks.emplace_back("see_also", choice.other->text());
  }
  rows.ask = TrailPages(node, std::move(query), *horizon);
  return answer_rows(node, call, question, std::move(rows));
}

}  // namespace muniment
