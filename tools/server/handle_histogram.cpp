// GET /v1/audit/trail/histogram: how much happened, by period of time, over the whole of what a trail's question finds.
#include "projections/time_histogram.h"

#include <stdexcept>

#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/server/resource_rows.h"
#include "tools/server/trail_question.h"

namespace muniment {
namespace {

// Of more the newest are counted, and the answer says since when. Fewer where each is read, to know whether the caller may see it.
constexpr std::size_t counted_max = 2'000'000;
constexpr std::size_t read_max = 100'000;

bool is_refusal(FactNumber type) {
  using Fact = schema::Event::Fact;
  return type == Fact::COMMAND_REFUSED || type == Fact::ACCESS_DENIED;
}

struct Counted {
  TimeHistogram histogram = {};
  Truth truth = {};
  std::optional<Timestamp> since = {};  // Nothing: all are counted.
};

// Whoever is asked about was never where the caller sees: an answer without periods, whoever it is.
std::expected<Counted, BadCursor> count(Node& node, const TrailQuestion& trail, const Horizon& horizon) {
  Counted out;
  std::size_t left = horizon.is_everything ? counted_max : read_max;
  const auto add = [&](const TrailRow& row) {
    if (left-- == 0) return false;
    out.histogram.add(row.at, is_refusal(row.type));
    out.since = row.at;
    return true;
  };
  auto end = TrailPages(node, trail.query, horizon).each([&](const TrailRow& row) { return !trail.is_of_nobody && add(row); });
  if (!end) return std::unexpected(std::move(end.error()));
  out.truth = std::move(end->truth);
  if (end->is_whole || trail.is_of_nobody) out.since.reset();
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
  RowsQuestion rows{.columns = histogram_columns(), .ask = {}};
  rows.remarks.emplace_back("unit", std::string{name_of(counted->histogram.unit())});
  if (counted->since) rows.remarks.emplace_back("counted_since", counted->since->text());
  rows.ask = [counted = *std::move(counted)](std::size_t, const std::string&, RowSink& sink) -> std::expected<PageEnd, BadCursor> {
    for (const auto& period : counted.histogram.periods())
      sink.add(std::vector<Cell>{period.from.text(), period.to.text(), period.events, period.refused});
    return PageEnd{counted.truth, std::nullopt};
  };
  return answer_rows(node, call, question, std::move(rows));
}

}  // namespace muniment
