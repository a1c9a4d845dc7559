// GET /v1/accounts/{username}: what an account holds and whether it can be used.
#include <fmt/format.h>

#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/server/resource_rows.h"
#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

// Administrators of its home see all links of an account, others those at their own providers.
bool sees_all_links(const Horizon& horizon, const Username& username, const AccountAt& account, bool is_administrator) {
  return horizon.is_everything || horizon.self == username || (is_administrator && account.home && horizon.has(*account.home));
}

Response write_account(const Username& username, const AccountStatus& status, const std::vector<const AccountLink*>& links) {
  Response out;
  write_json_row(out.body, account_columns(), account_cells(username, status));
  out.body.pop_back();
  out.body += ",\"links\":[";
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (i > 0) out.body += ',';
    write_json_row(out.body, link_columns(), link_cells(*links[i]));
  }
  out.body += ']';
  for (const auto& [name, cell] : truth_cells(status.truth, std::nullopt)) write_json_member(out.body, name, cell);
  out.body += "}\n";
  return out;
}

}  // namespace

Response answer_account(Node& node, const Call& call) {
  Question question(node, call);
  const auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto username = Username::parse(call.resource);
  const Problem unknown{problem::not_known, {}, "username"};
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  if (!username) return respond(unknown, call.id);
  const AccountStatus status = node.access().account(*username, {});
  const auto account = node.aggregates().account(*username, status.truth.true_of);
  if (!account) {
    // Whoever sees everything may know that there is one now, and must not be told that there is none.
    const bool is_behind = horizon->is_everything && node.log().stream_version(0, StreamName::username(*username)) > 0;
    return respond(is_behind ? Problem{problem::not_caught_up} : unknown, call.id);
  }
  const bool is_administrator = call.caller->role == TokenRole::ACCOUNT;
  const bool sees_all = sees_all_links(*horizon, *username, *account, is_administrator);
  std::vector<const AccountLink*> links;
  for (const AccountLink& link : status.links) {
    if (sees_all || horizon->has(link.provider)) links.push_back(&link);
  }
  if (links.empty() && !sees_all) return respond(unknown, call.id);
  Response out = write_account(*username, status, links);
  // A version counts what happened elsewhere too, so it is for those who could act on the account.
  if (horizon->is_everything || is_administrator) out.headers.emplace_back("ETag", fmt::format("\"{}\"", account->version));
  return out;
}

}  // namespace muniment
