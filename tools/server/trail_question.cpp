#include "tools/server/trail_question.h"

#include "projections/fact_type.h"
#include "tools/wire/asked_actor.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

constexpr std::size_t looked_at_max = 20'000;  // Then the answer goes on behind the cursor, if only to its end.
constexpr std::size_t look_ahead = 100;

}  // namespace

void require_known(Question& question, Node& node, const Horizon& horizon, const std::optional<ProviderId>& provider,
                   const std::optional<Username>& username) {
  if (!horizon.is_everything) return;
  if (provider && node.log().stream_version(0, StreamName::provider(*provider)) == 0) question.fail({problem::not_known, {}, "provider"});
  if (username && node.log().stream_version(0, StreamName::username(*username)) == 0) question.fail({problem::not_known, {}, "user"});
}

std::optional<ProviderId> narrowed(Question& question, const Horizon& horizon, const std::optional<Username>& username,
                                   bool may_ask_about_itself) {
  const auto asked = question.provider("provider");
  if (may_ask_about_itself && horizon.self && username == horizon.self) return asked;
  const auto provider = provider_within(horizon, asked);
  if (provider) return *provider;
  question.fail(provider.error());
  return std::nullopt;
}

std::optional<TrailQuestion> trail_question(Node& node, const Call& call, Question& question, const Horizon& horizon) {
  TrailQuestion out{
      .query = {.username = question.username("user"),
                .provider = narrowed(question, horizon, std::nullopt, false),
                .actor = call.parameter("actor") == nullptr ? std::nullopt : std::optional{asked_actor(question.text("actor"))},
                .type = std::nullopt,
                .from = question.time("from"),
                .to = question.time("to"),
                .moment = question.moment()}};
  TrailQuery& query = out.query;
  if (query.from && query.to && *query.to < *query.from)
    question.fail({problem::malformed, "expected a time that is not before `from`", "to"});
  if (call.parameter("type") != nullptr) {
    query.type = fact_number(question.text("type"));
    if (!query.type) question.fail({problem::malformed, "expected a kind of event, such as subordinate_created", "type"});
  }
  if (call.parameter("not_type") != nullptr) {
    auto numbers = fact_numbers(question.text("not_type"));
    if (!numbers)
      question.fail({problem::malformed, "expected kinds of events with commas between them, such as records_read,signed_in", "not_type"});
    query.not_types = std::move(numbers).value_or(std::vector<FactNumber>{});
  }
  question.require_views();
  require_known(question, node, horizon, query.provider, query.username);
  if (!question.problem() && horizon.is_everything && query.actor && !is_known_actor(*query.actor, node.trail(), node.log()))
    question.fail({problem::not_known, {}, "actor"});
  if (question.problem()) return std::nullopt;
  // Refused attempts name accounts only that exist, so somebody who was never here is searched for nowhere.
  if (!horizon.is_everything && query.username && !was_on_roster(node, *query.provider, *query.username)) {
    query.username.reset();
    out.is_of_nobody = true;
  } else if (query.actor) {
    ActorChoice choice =
        choose_actor(*query.actor, [&](const Principal& actor) { return TrailPages(node, query, horizon).has_acts(actor); });
    query.actor = std::move(choice.actor);
    out.see_also = std::move(choice.other);
  }
  return out;
}

bool show_of_trail(const EventView& view, const TrailQuery& query, schema::Event::Reader event,
                   const std::function<void(schema::Event::Reader)>& show) {
  bool is_shown = false;
  view.show(event, [&](schema::Event::Reader shown) {
    if (query.actor && shown.getActor().getName() != event.getActor().getName()) return;
    is_shown = true;
    show(shown);
  });
  return is_shown;
}

std::expected<PageEnd, BadCursor> TrailPages::operator()(std::size_t limit, const std::string& cursor, RowSink& rows) {
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

std::expected<TrailPages::Visited, BadCursor> TrailPages::each(const std::function<bool(const TrailRow&)>& visit) {
  std::optional<Visited> out;
  query_.cursor.clear();
  query_.limit = horizon_.is_everything ? page_size_max : look_ahead;
  do {
    const auto page = node_.trail().search(query_);
    if (!page) return std::unexpected(page.error());
    if (!out) out = Visited{page->truth};
    for (const TrailRow& row : page->rows) {
      const bool is_shown = horizon_.is_everything || show(row.position, [](schema::Event::Reader) {});
      if (is_shown && !visit(row)) return std::move(*out);
    }
    query_.cursor = page->next.value_or("");
  } while (!query_.cursor.empty());
  out->is_whole = true;
  return std::move(*out);
}

bool TrailPages::has_acts(const Principal& actor) {
  query_.actor = actor;
  query_.cursor.clear();
  return has_more(0);
}

bool TrailPages::has_more(std::size_t looked_at) {
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

bool TrailPages::show(Position position, const std::function<void(schema::Event::Reader)>& show) const {
  const EventView view(node_, horizon_);
  bool is_shown = false;
  node_.log().read(0, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (refusal_ && !is_refused_as(record.event(), *refusal_)) return false;
    is_shown = show_of_trail(view, query_, record.event(), show);
    return false;
  });
  return is_shown;
}

}  // namespace muniment
