// GET /v1/audit/findings and /v1/audit/rules: the auditor's desk.
#include "projections/findings/rule.h"
#include "tools/server/answer_rows.h"
#include "tools/server/handlers.h"
#include "tools/wire/finding_rows.h"

namespace muniment {
namespace {

// What both questions have in common. Whoever does not see everything asks about one of its providers.
std::optional<FindingsQuery> read_query(Question& question, Node& node, const Call& call, const Horizon& horizon) {
  FindingsQuery query{.now = {}};
  const auto provider = provider_within(horizon, question.provider("provider"));
  if (!provider) question.fail(provider.error());
  query.since = question.time("since");
  query.moment = question.moment();
  if (call.parameter("rule") != nullptr) {
    query.rule = rule_named(question.text("rule"));
    if (!query.rule) question.fail({problem::malformed, "expected a rule, such as no_backup: /v1/audit/rules lists them", "rule"});
  }
  question.require_views();
  if (question.problem()) return std::nullopt;
  query.provider = *provider;
  if (query.provider && node.log().stream_version(0, StreamName::provider(*query.provider)) == 0) {
    question.fail({problem::not_known, {}, "provider"});
    return std::nullopt;
  }
  query.now = query.moment.position ? recorded_time(node.log(), 0, *query.moment.position) : node.now();
  return query;
}

}  // namespace

Response answer_findings(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  auto query = read_query(question, node, call, *horizon);
  if (!query) return respond(*question.problem(), call.id);
  const auto ask = [&node, query = *std::move(query)](std::size_t limit, const std::string& cursor,
                                                      RowSink& rows) mutable -> std::expected<PageEnd, BadCursor> {
    query.limit = limit;
    query.cursor = cursor;
    auto page = node.findings().search(query);
    if (!page) return std::unexpected(std::move(page.error()));
    for (const Finding& finding : page->rows) rows.add(finding_cells(finding));
    return PageEnd{std::move(page->truth), std::move(page->next)};
  };
  return answer_rows(node, call, question, {.columns = finding_columns(), .ask = ask});
}

Response answer_rules(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto query = read_query(question, node, call, *horizon);
  if (!query) return respond(*question.problem(), call.id);
  const auto ask = [&node, query = *query](std::size_t, const std::string&, RowSink& rows) -> std::expected<PageEnd, BadCursor> {
    auto counts = node.findings().count(query);
    for (const FindingCount& count : counts.rules) rows.add(rule_cells(count));
    return PageEnd{std::move(counts.truth), std::nullopt};
  };
  return answer_rows(node, call, question, {.columns = rule_columns(), .ask = ask});
}

}  // namespace muniment
