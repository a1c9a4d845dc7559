// GET /v1/accounts/{username}/profile: what the Update panel says of a person. Personal, so it is for those alone who may change it: the
// administrators of the account's home, and the agency's officers. Whoever has it linked from elsewhere is told just that.
#include <fmt/format.h>

#include <algorithm>

#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/server/resource_rows.h"

namespace muniment {
namespace {

std::optional<Profile> profile_at(Node& node, Position position) {
  std::optional<Profile> out;
  if (position == 0) return out;
  node.log().read(0, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (const auto personal = node.open_personal(record.event())) out = personal->profile;
    return false;
  });
  return out;
}

bool is_linked_within(Node& node, const Horizon& horizon, const Username& username) {
  const AccountStatus status = node.access().account(username, {});
  return std::any_of(status.links.begin(), status.links.end(), [&](const AccountLink& link) { return horizon.has(link.provider); });
}

}  // namespace

Response answer_profile(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  const Problem unknown{problem::not_known, {}, "username"};
  const auto username = Username::parse(call.resource);
  if (!username) return respond(unknown, call.id);
  const Position head = node.log().head(0).position;
  const auto account = node.aggregates().account(*username, head);
  const bool is_home = account && (horizon->is_everything || (account->home && horizon->has(*account->home)));
  // An account elsewhere is answered as one that there is not.
  if (!is_home && !(account && is_linked_within(node, *horizon, *username))) return respond(unknown, call.id);
  const auto profile = is_home ? profile_at(node, account->profile_position) : std::nullopt;
  Response out;
  write_json_row(out.body, profile_columns(), is_home ? profile_cells(*username, *account, profile) : elsewhere_cells(*username));
  out.body.pop_back();
  write_json_member(out.body, "true_of", Cell{head});
  out.body += "}\n";
  out.headers.emplace_back("ETag", fmt::format("\"{}\"", account->version));
  return out;
}

}  // namespace muniment
