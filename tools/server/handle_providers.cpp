// GET /v1/providers/{pid_sl}: a provider as it is now.
#include <fmt/format.h>

#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/server/resource_rows.h"

namespace muniment {
namespace {

// A relationship ends with the entity: the provider itself is not told when that is closed.
std::vector<ProviderId> open_entities(const Provider& provider, Node& node) {
  std::vector<ProviderId> out;
  for (const ProviderId& entity : provider.entities()) {
    if (!node.aggregates().provider(entity).is_closed()) out.push_back(entity);
  }
  return out;
}

Response write_provider(const Provider& provider, const std::vector<ProviderId>& entities, Position true_of) {
  Response out;
  write_json_row(out.body, provider_columns(), provider_cells(provider, entities));
  out.body.pop_back();
  write_json_member(out.body, "true_of", Cell{true_of});
  out.body += "}\n";
  return out;
}

}  // namespace

Response answer_provider(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  question.require_views();
  const auto id = ProviderId::parse(call.resource);
  if (!id) question.fail({problem::malformed, "expected a PID/SL: nine digits and a letter, such as 110012345A", "pid_sl"});
  if (id && !horizon->has(*id)) question.fail({problem::outside_scope, {}, "pid_sl"});
  if (question.problem()) return respond(*question.problem(), call.id);
  // Read before: what comes meanwhile may be seen, and nothing is missed.
  const Position head = node.log().head(0).position;
  const Provider provider = node.aggregates().provider(*id);
  if (!provider.is_registered()) return respond(Problem{problem::not_known, {}, "pid_sl"}, call.id);
  Response out = write_provider(provider, open_entities(provider, node), head);
  if (horizon->is_everything || call.caller->role == TokenRole::ACCOUNT)
    out.headers.emplace_back("ETag", fmt::format("\"{}\"", provider.version()));
  return out;
}

}  // namespace muniment
