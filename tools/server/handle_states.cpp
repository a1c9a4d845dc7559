// GET /v1/audit/states: when accounts were locked, disabled or terminated.
#include "projections/state_intervals.h"
#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"
#include "tools/wire/state_rows.h"

namespace muniment {
namespace {

// Who sees some providers alone is told that somebody there could not act, and when: not why, nor by which event, which is no provider's.
// By whom is always the agency.
void hide_why(AccessChange& change) {
  change.position = 0;
  for (std::string* text : {&change.requested_by, &change.approved_by, &change.reason, &change.reference}) text->clear();
}

}  // namespace

Response answer_states(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = question.username("user");
  StateQuery query{.provider = narrowed(question, *horizon, username, true), .username = username, .moment = question.moment()};
  if (call.parameter("state") != nullptr) {
    query.state = account_stop_named(question.text("state"));
    if (!query.state) question.fail({problem::malformed, "expected locked, disabled or terminated", "state"});
  }
  question.require_views();
  require_known(question, node, *horizon, query.provider, query.username);
  if (question.problem()) return respond(*question.problem(), call.id);
  const Timestamp now = query.moment.position ? recorded_time(node.log(), 0, *query.moment.position) : node.now();
  const Timestamp until = query.moment.at.value_or(now);
  const auto ask = [&node, query, until, sees_all = horizon->is_everything](std::size_t limit, const std::string& cursor,
                                                                            RowSink& rows) mutable -> std::expected<PageEnd, BadCursor> {
    query.limit = limit;
    query.cursor = cursor;
    auto page = state_intervals(node.views(), query);
    if (!page) return std::unexpected(std::move(page.error()));
    for (StateInterval& interval : page->rows) {
      if (!sees_all) hide_why(interval.began);
      if (!sees_all && interval.ended) hide_why(*interval.ended);
      rows.add(state_cells(interval, until));
    }
    return PageEnd{std::move(page->truth), std::move(page->next)};
  };
  return answer_rows(node, call, question, {.columns = state_columns(), .ask = ask});
}

}  // namespace muniment
