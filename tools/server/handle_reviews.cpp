// GET /v1/audit/reviews, /v1/audit/reviews/{review}, /v1/audit/leaver, /v1/audit/attestation.
#include <memory>

#include "events/values/base64.h"
#include "tools/export/sheets.h"

#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/wire/known_services.h"
#include "tools/wire/review_rows.h"

namespace muniment {
namespace {

// A reviewer sees whom it was assigned, whatever it administers.
ReviewSight sight_of(const Horizon& horizon, const Call& call) {
  ReviewSight out{.is_everything = horizon.is_everything, .providers = horizon.providers};
  if (const auto principal = call.caller->principal()) out.reviewer = principal->text();
  return out;
}

// By which something is late or over: the moment that was asked about, else now.
Timestamp now_of(Node& node, const Moment& moment) {
  return moment.at.value_or(moment.position ? recorded_time(node.log(), 0, *moment.position) : node.now());
}

std::optional<ReviewsQuery> read_reviews_query(Question& question, Node& node, const Call& call, const Horizon& horizon) {
  ReviewsQuery query{.provider = question.provider("provider"), .moment = question.moment(), .now = {}, .sight = sight_of(horizon, call)};
  const std::string state = question.text("state");
  query.state = review_state_named(state);
  if (!state.empty() && !query.state) question.fail({problem::malformed, "expected open, late or closed", "state"});
  question.require_views();
  if (question.problem()) return std::nullopt;
  query.now = now_of(node, query.moment);
  return query;
}

// `ask` gives a page of so many rows behind a cursor.
template <typename Ask, typename Cells>
RowsQuestion paged(std::vector<Column>&& columns, Ask ask, Cells cells_of) {
  const auto page_of = [ask = std::move(ask), cells_of](std::size_t limit, const std::string& cursor,
                                                        RowSink& rows) -> std::expected<PageEnd, BadCursor> {
    auto page = ask(limit, cursor);
    if (!page) return std::unexpected(std::move(page.error()));
    for (const auto& row : page->rows) rows.add(cells_of(row));
    return PageEnd{std::move(page->truth), std::move(page->next)};
  };
  return {.columns = std::move(columns), .ask = page_of};
}

// The links of one person are few: they are one page.
template <typename Answer, typename Cells>
RowsQuestion one_page(std::vector<Column>&& columns, Answer answer, Cells cells_of) {
  const auto ask = [answer = std::move(answer), cells_of](std::size_t, const std::string&,
                                                          RowSink& rows) -> std::expected<PageEnd, BadCursor> {
    for (const auto& row : answer.rows) rows.add(cells_of(row));
    return PageEnd{answer.truth, std::nullopt};
  };
  return {.columns = std::move(columns), .ask = ask};
}

constexpr std::size_t sheet_bytes_max = std::size_t{32} << 20U;

struct SheetTooLong : std::exception {};

SheetCheckpoint checkpoint_of(const Node& node) {
  const auto signed_tree = node.notary().newest();
  SheetCheckpoint out{.origin = node.notary().key().name, .size = signed_tree->checkpoint.size, .root = {}};
  append_base64(out.root, signed_tree->checkpoint.root);
  return out;
}

// `write` is given a sink.
template <typename Write>
Response printed(const Call& call, Write write) {
  Response out{.content_type = std::string{media::html}};
  try {
    write([&out](std::string_view piece) {
      if (out.body.size() + piece.size() > sheet_bytes_max) throw SheetTooLong();
      out.body += piece;
    });
  } catch (const SheetTooLong&) {
    return respond(Problem{problem::too_much_to_print, "a sheet has 32 MiB at most"}, call.id);
  }
  // It is looked at, and runs nothing.
  out.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  return out;
}

// Of a sheet, which is whole.
void require_no_page(Question& question, const Call& call) {
  for (const char* name : {"limit", "cursor"}) {
    if (call.parameter(name) != nullptr) question.fail({problem::malformed, "expected none: a sheet is whole", name});
  }
}

Reviews reviews_of(Node& node) { return {node.log(), node.trail(), node.roster(), node.access()}; }

// A provider elsewhere is answered as one that is nowhere, unless the caller reviews somebody there.
std::optional<Problem> outside_sight(Node& node, const Horizon& horizon, const ReviewsQuery& query) {
  if (!query.provider) return std::nullopt;
  if (horizon.is_everything) {
    const bool is_known = node.log().stream_version(0, StreamName::provider(*query.provider)) > 0;
    return is_known ? std::nullopt : std::optional{Problem{problem::not_known, {}, "provider"}};
  }
  if (horizon.has(*query.provider)) return std::nullopt;
  ReviewsQuery any = query;
  any.state.reset();
  any.limit = 1;
  const bool is_reviewer = !query.sight.reviewer.empty() && !reviews_of(node).list(any)->rows.empty();
  return is_reviewer ? std::nullopt : std::optional{Problem{problem::outside_scope, {}, "provider"}};
}

// Administrators of the person's home see all links, others those at their own providers.
bool sees_every_link(const Horizon& horizon, const Call& call, const Username& username, const std::optional<AccountAt>& account) {
  if (horizon.is_everything || horizon.self == username) return true;
  const bool is_administrator = call.caller->role == TokenRole::ACCOUNT;
  return is_administrator && account && account->home && horizon.has(*account->home);
}

std::vector<std::string> administrator_services(const EventLog& log) {
  World world;
  std::vector<std::string> out;
  for (const auto& [id, service] : known_services(world, log).services()) {
    if (service.administrator) out.emplace_back(id);
  }
  return out;
}

}  // namespace

Response answer_reviews(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto query = read_reviews_query(question, node, call, *horizon);
  if (!query) return respond(*question.problem(), call.id);
  if (const auto problem = outside_sight(node, *horizon, *query)) return respond(*problem, call.id);
  const auto ask = [&node, query = *query](std::size_t limit, const std::string& cursor) {
    ReviewsQuery page = query;
    page.limit = limit;
    page.cursor = cursor;
    return reviews_of(node).list(page);
  };
  return answer_rows(node, call, question, paged(review_columns(), ask, review_cells));
}

Response answer_review(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto query = read_reviews_query(question, node, call, *horizon);
  if (!query) return respond(*question.problem(), call.id);
  if (const auto problem = outside_sight(node, *horizon, *query)) return respond(*problem, call.id);
  const auto name = Username::parse(call.resource);  // As open_review folds it.
  const auto people = name ? reviews_of(node).people(name->text(), *query) : std::nullopt;
  if (!people) return respond(Problem{problem::not_known, {}, "review"}, call.id);
  if (call.form == media::html) {
    require_no_page(question, call);
    if (question.problem()) return respond(*question.problem(), call.id);
    const ReviewPeople shown = as_it_was_closed(reviews_of(node), *people, *query);
    return printed(call, [&](const SheetSink& sink) { write_review_sheet(shown, checkpoint_of(node), sink); });
  }
  const auto ask = [people = *people](std::size_t limit, const std::string& cursor) { return people.page(limit, cursor); };
  RowsQuestion rows = paged(review_item_columns(), ask, review_item_cells);
  rows.remarks = seal_cells(people->review());
  for (auto& cell : log_cells(node.log().head(0))) rows.remarks.push_back(std::move(cell));
  return answer_rows(node, call, question, std::move(rows));
}

Response answer_leaver(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  if (!username) question.fail({problem::malformed, "expected a username", "user"});
  const Moment moment = question.moment();
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  auto answer = Leavers(node.log(), node.trail(), node.access())
                    .links({.username = *username,
                            .moment = moment,
                            .now = now_of(node, moment),
                            .administrator_services = administrator_services(node.log())});
  const auto account = node.aggregates().account(*username, answer.truth.true_of);
  const bool sees_all = sees_every_link(*horizon, call, *username, account);
  if (!sees_all) std::erase_if(answer.rows, [&](const LeaverRow& row) { return !horizon->has(row.provider); });
  if (!account || (answer.rows.empty() && !sees_all)) return respond(Problem{problem::not_known, {}, "user"}, call.id);
  // Who they are elsewhere is the other provider's own affair.
  for (LeaverRow& row : answer.rows) {
    if (horizon->has(row.provider)) continue;
    row.administrators.clear();
    row.removed_by.name.clear();
  }
  return answer_rows(node, call, question, one_page(leaver_columns(), std::move(answer), leaver_cells));
}

Response answer_attestation(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto provider = provider_within(*horizon, question.provider("provider"));
  if (!provider) question.fail(provider.error());
  if (provider && !*provider) question.fail({problem::malformed, "expected a PID/SL", "provider"});
  const auto since = question.time("since");
  const Moment moment = question.moment();
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  if (horizon->is_everything && node.log().stream_version(0, StreamName::provider(**provider)) == 0)
    return respond(Problem{problem::not_known, {}, "provider"}, call.id);
  const auto sheet = std::make_shared<AttestationSheet>(node.log(), node.trail(), node.roster(),
                                                        AttestationQuery{.provider = **provider, .since = since, .moment = moment});
  if (call.form == media::html) {
    require_no_page(question, call);
    if (question.problem()) return respond(*question.problem(), call.id);
    return printed(
        call, [&](const SheetSink& sink) { write_attestation_sheet(**provider, *sheet, now_of(node, moment), checkpoint_of(node), sink); });
  }
  const auto ask = [sheet](std::size_t limit, const std::string& cursor) { return sheet->page(limit, cursor); };
  return answer_rows(node, call, question, paged(attestation_columns(), ask, attestation_cells));
}

}  // namespace muniment
