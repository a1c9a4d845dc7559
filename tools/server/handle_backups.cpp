// POST /v1/backups/log and /v1/backups/vault: a backup now, where the configuration says.
#include "tools/server/handlers.h"
#include "tools/server/node.h"
#include "tools/server/problem.h"

namespace muniment {
namespace {

// That somebody had one made is on record: a copy of the vault has people's keys in it.
void ask_for(BackupOf of, std::string_view route, Node& node, const Call& call, const Reply& reply) {
  const auto done = [reply, request_id = call.id](const Backups::Result& result) {
    if (!result) return reply(respond(Problem{result.error().problem, result.error().what}, request_id));
    Response out{.body = "{"};
    for (const auto& [name, cell] : *result) write_json_member(out.body, name, cell);
    out.body += "}\n";
    reply(std::move(out));
  };
  if (!node.backups().ask(of, done)) return reply(respond(Problem{problem::backup_not_configured}, call.id));
  node.access_record().note(*call.caller, {.question = std::string{route}, .head = node.log().head(0).position});
}

}  // namespace

void ask_log_backup(Node& node, const Call& call, const Reply& reply) { ask_for(BackupOf::log, "POST /v1/backups/log", node, call, reply); }

void ask_vault_backup(Node& node, const Call& call, const Reply& reply) {
  ask_for(BackupOf::vault, "POST /v1/backups/vault", node, call, reply);
}

}  // namespace muniment
