// GET /v1/audit/policies, /v1/audit/retention, /v1/audit/gaps: about the whole record, for those who see all of it.
#include "projections/record_keeping.h"

#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/wire/policy_rows.h"
#include "tools/wire/record_keeping_rows.h"
#include "tools/wire/review_rows.h"

namespace muniment {
namespace {

template <typename Answer, typename Cells>
Response answer_about_record(Node& node, const Call& call, std::vector<Column>&& columns, Answer answer_at, Cells cells_of) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  if (!horizon->is_everything) return respond(Problem{problem::outside_scope}, call.id);
  const Moment moment = question.moment();
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  auto answer = answer_at(moment);
  const auto ask = [answer = std::move(answer), cells_of](std::size_t, const std::string&,
                                                          RowSink& rows) -> std::expected<PageEnd, BadCursor> {
    for (const auto& row : answer.rows) rows.add(cells_of(row));
    return PageEnd{answer.truth, std::nullopt};
  };
  return answer_rows(node, call, question, {.columns = std::move(columns), .ask = ask, .remarks = log_cells(node.log().head(0))});
}

}  // namespace

Response answer_policies(Node& node, const Call& call) {
  const auto answer = [&node](const Moment& moment) {
    WholeAnswer<std::vector<Cell>> out;
    PolicyRows changes;
    out.truth = RecordKeeping(node.log(), node.trail()).policies(moment, [&](schema::Event::Reader event) {
      for (auto& cells : changes.add(event)) out.rows.push_back(std::move(cells));
    });
    return out;
  };
  return answer_about_record(node, call, policy_columns(), answer, [](const std::vector<Cell>& cells) { return cells; });
}

Response answer_retention(Node& node, const Call& call) {
  const auto answer = [&node](const Moment& moment) {
    const Timestamp now = moment.position ? recorded_time(node.log(), 0, *moment.position) : node.now();
    return RecordKeeping(node.log(), node.trail()).retention(moment, node.access(), now);
  };
  return answer_about_record(node, call, retention_columns(), answer, retention_cells);
}

Response answer_gaps(Node& node, const Call& call) {
  const auto answer = [&node](const Moment& moment) {
    const Position witnessed = node.cosigners() != nullptr ? node.cosigners()->witnessed() : 0;
    return RecordKeeping(node.log(), node.trail()).gaps(moment, witnessed);
  };
  return answer_about_record(node, call, gap_columns(), answer, gap_cells);
}

}  // namespace muniment
