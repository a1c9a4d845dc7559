// GET /v1/audit/...: questions about any moment, in pages.
#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/asked_actor.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

// A page as one object: its rows, and what it says about itself.
class PageWriter {
 public:
  PageWriter() { response_.body = "{\"rows\":["; }

  void add(const std::vector<Column>& columns, const std::vector<Cell>& cells) {
    separate();
    write_json_row(response_.body, columns, cells);
  }
  // `write` appends an object to the text it gets; false: nothing.
  template <typename Write>
  void add_object(const Write& write) {
    object_.clear();
    if (!write(object_)) return;
    separate();
    response_.body += object_;
  }
  Response finish(const Truth& truth, const std::optional<std::string>& next) {
    response_.body += ']';
    for (const auto& [name, cell] : truth_cells(truth, next)) write_json_member(response_.body, name, cell);
    response_.body += "}\n";
    return std::move(response_);
  }

 private:
  void separate() {
    if (!is_first_) response_.body += ',';
    is_first_ = false;
  }

  Response response_;
  std::string object_;
  bool is_first_ = true;
};

Problem bad_cursor(const BadCursor& error) { return {problem::malformed, error.message, "cursor"}; }

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
  if (may_ask_about_itself && horizon.self && username == horizon.self && !asked) return std::nullopt;
  const auto provider = provider_within(horizon, asked);
  if (provider) return *provider;
  question.fail(provider.error());
  return std::nullopt;
}

}  // namespace

Response answer_as_of(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, *call.caller);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  AccessQuery query{.provider = narrowed(question, *horizon, username, true),
                    .username = username,
                    .service = call.parameter("service") == nullptr ? std::nullopt : std::optional{question.text("service")},
                    .moment = question.moment(),
                    .limit = question.limit(),
                    .cursor = question.text("cursor")};
  question.wait();
  require_known(question, node, *horizon, query.provider, query.username);
  if (query.service) require_known_service(question, node, *query.service);
  if (question.problem()) return respond(*question.problem(), call.id);
  const auto page = node.access().as_of(query);
  if (!page) return respond(bad_cursor(page.error()), call.id);
  static const std::vector<Column> columns = access_columns();
  PageWriter out;
  for (const AccessRow& row : page->rows) out.add(columns, access_cells(row));
  return out.finish(page->truth, page->next);
}

Response answer_roster(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, *call.caller);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto provider = narrowed(question, *horizon, std::nullopt, false);
  if (!provider) question.fail({problem::malformed, "expected a PID/SL", "provider"});
  const Moment moment = question.moment();
  const std::size_t limit = question.limit();
  question.wait();
  require_known(question, node, *horizon, provider, std::nullopt);
  if (question.problem()) return respond(*question.problem(), call.id);
  const auto page = node.roster().search({.provider = *provider,
                                          .last_name = question.text("last_name"),
                                          .first_name = question.text("first_name"),
                                          .moment = moment,
                                          .limit = limit,
                                          .cursor = question.text("cursor")});
  if (!page) return respond(bad_cursor(page.error()), call.id);
  static const std::vector<Column> columns = roster_columns();
  PageWriter out;
  for (const RosterRow& row : page->rows) out.add(columns, roster_cells(row));
  return out.finish(page->truth, page->next);
}

Response answer_trail(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, *call.caller);
  if (!horizon) return respond(horizon.error(), call.id);
  TrailQuery query{.username = question.username("user"),
                   .provider = narrowed(question, *horizon, std::nullopt, false),
                   .actor = call.parameter("actor") == nullptr ? std::nullopt : std::optional{asked_actor(question.text("actor"))},
                   .type = std::nullopt,
                   .from = question.time("from"),
                   .to = question.time("to"),
                   .newest_first = !question.flag("oldest_first"),
                   .moment = question.moment(),
                   .limit = question.limit(),
                   .cursor = question.text("cursor")};
  if (call.parameter("type") != nullptr) {
    query.type = fact_number(question.text("type"));
    if (!query.type) question.fail({problem::malformed, "expected a kind of event, such as subordinate_created", "type"});
  }
  question.wait();
  require_known(question, node, *horizon, query.provider, query.username);
  if (!question.problem() && horizon->is_everything && query.actor && !is_known_actor(*query.actor, node.trail(), node.log()))
    question.fail({problem::not_known, {}, "actor"});
  if (question.problem()) return respond(*question.problem(), call.id);
  // Refused attempts name accounts only that exist, so somebody who was never here is searched for nowhere.
  const bool is_stranger = !horizon->is_everything && query.username && !was_on_roster(node, *query.provider, *query.username);
  if (is_stranger) query.username.reset();
  const auto page = node.trail().search(query);
  if (!page) return respond(bad_cursor(page.error()), call.id);
  PageWriter out;
  if (is_stranger) return out.finish(page->truth, std::nullopt);
  const EventView view(node, *horizon);
  for (const TrailRow& row : page->rows) {
    node.log().read(0, row.position, row.position, [&](Position, RecordWords words) {
      RecordReader record(words);
      out.add_object([&](std::string& object) { return view.write(record.event(), object); });
      return false;
    });
  }
  return out.finish(page->truth, page->next);
}

}  // namespace muniment
