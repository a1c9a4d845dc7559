// GET /v1/audit/trail/histogram: how much happened, by period of time, over the whole of what a trail's question finds.
#include <stdexcept>

#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"
#include "tools/wire/histogram_rows.h"

namespace muniment {
namespace {

// Fewer where each is read, to know whether the caller may see it.
constexpr std::size_t read_max = 100'000;

struct Counted {
  TrailCounter counter;
  Truth truth = {};
};

// Whoever is asked about was never where the caller sees: an answer without periods, whoever it is.
std::expected<Counted, BadCursor> count(Node& node, const TrailQuestion& trail, const Horizon& horizon) {
  Counted out{TrailCounter(horizon.is_everything ? TrailCounter::counted_max : read_max)};
  auto end = TrailPages(node, trail.query, horizon).each([&](const TrailRow& row) { return !trail.is_of_nobody && out.counter.add(row); });
  if (!end) return std::unexpected(std::move(end.error()));
  out.truth = std::move(end->truth);
  return out;
}

}  // namespace

Response answer_trail_histogram(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto trail = trail_question(node, call, question, *horizon);
  if (!trail) return respond(*question.problem(), call.id);
  auto counted = count(node, *trail, *horizon);
  if (!counted) throw std::logic_error(counted.error().message);  // There is no cursor but its own.
  RowsQuestion rows{.columns = histogram_columns(), .ask = {}, .remarks = counted->counter.remarks()};
  rows.ask = [counted = *std::move(counted)](std::size_t, const std::string&, RowSink& sink) -> std::expected<PageEnd, BadCursor> {
    for (const auto& cells : counted.counter.rows()) sink.add(cells);
    return PageEnd{counted.truth, std::nullopt};
  };
  return answer_rows(node, call, question, std::move(rows));
}

}  // namespace muniment
