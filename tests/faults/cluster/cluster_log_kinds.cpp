// The log on a cluster that replicates.
#include "events/log/postgres_log.h"
#include "tests/events/log/log_kinds.h"
#include "tests/faults/cluster/cluster.h"

namespace muniment {

std::vector<LogKind> log_kinds() {
  const auto make = [](const TempFolder& folder) -> std::unique_ptr<EventLog> {
    const faults::Cluster* const cluster = faults::Cluster::shared();
    if (cluster == nullptr) return nullptr;
    return PostgresLog::create({.url = PostgresUrl(cluster->fresh()), .head_file = folder / "head"});
  };
  return {{"Cluster", make, faults::no_cluster}};
}

}  // namespace muniment
