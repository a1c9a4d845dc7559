// The log on a PostgreSQL server.
#include "events/log/postgres_log.h"
#include "tests/events/log/log_kinds.h"
#include "tests/events/log/postgres_server.h"

namespace muniment {

std::vector<LogKind> log_kinds() {
  const auto make = [](const TempFolder& folder) -> std::unique_ptr<EventLog> {
    const PostgresServer* const server = PostgresServer::shared();
    if (server == nullptr) return nullptr;
    return PostgresLog::create({.url = PostgresUrl(server->fresh()), .head_file = folder / "head"});
  };
  return {{"Postgres", make, no_postgres}};
}

}  // namespace muniment
