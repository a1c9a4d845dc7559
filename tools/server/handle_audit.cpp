// GET /v1/audit/...: questions about any moment.
#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/event_cells.h"
#include "tools/wire/interval_rows.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

void require_known_service(Question& question, Node& node, const std::string& service) {
  World world;
  if (known_services(world, node.log()).find(service) == nullptr) question.fail({problem::not_known, {}, "service"});
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

Response answer_intervals(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  if (!username) question.fail({problem::malformed, "expected a username", "user"});
  const auto provider = narrowed(question, *horizon, username, true);
  const Moment moment = question.moment();
  question.require_views();
  require_known(question, node, *horizon, provider, username);
  if (question.problem()) return respond(*question.problem(), call.id);
  const auto ask = [&node, username = *username, provider, moment](std::size_t, const std::string&,
                                                                   RowSink& rows) -> std::expected<PageEnd, BadCursor> {
    LinkStories stories = node.access().stories(username, provider, moment);
    for (const auto& cells : interval_rows(username, stories)) rows.add(cells);
    return PageEnd{std::move(stories.truth), std::nullopt};
  };
  return answer_rows(node, call, question, {.columns = interval_columns(), .ask = ask});
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
  auto trail = trail_question(node, call, question, *horizon);
  if (!trail) return respond(*question.problem(), call.id);
  trail->query.newest_first = !question.flag("oldest_first");
  const auto refusal = refusal_named(question.text("refusal"));
  if (!refusal && call.parameter("refusal") != nullptr)
    question.fail({problem::malformed, "expected a refusal, such as not_administrator", "refusal"});
  constexpr auto refused = static_cast<FactNumber>(schema::Event::Fact::COMMAND_REFUSED);
  if (refusal && trail->query.type.value_or(refused) != refused)
    question.fail({problem::malformed, "expected command_refused, or none, beside a refusal", "type"});
  if (refusal) trail->query.type = refused;
  if (question.problem()) return respond(*question.problem(), call.id);
  RowsQuestion rows{.columns = event_columns(), .ask = {}};
  if (trail->is_of_nobody) {
    rows.ask = nothing_of(node, std::move(trail->query));
    return answer_rows(node, call, question, std::move(rows));
  }
  trail->query.cursor = question.text("cursor");
  if (trail->see_also) rows.remarks.emplace_back("see_also", trail->see_also->text());
  rows.ask = TrailPages(node, std::move(trail->query), *horizon, refusal);
  return answer_rows(node, call, question, std::move(rows));
}

}  // namespace muniment
