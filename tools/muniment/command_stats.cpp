// muniment stats: what the store holds, where its bytes are, and how far its views have come.
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/store_stats.h"

namespace muniment {
namespace {

ExitCode stats(const StatsFlags& flags, Store& store, const Console& console) {
  const LogHead head = store.log().head(0);
  EventCounts counts;
  Progress progress(console, "events", head.position);
  counts.count(store.log(), head.position, [&](Position position) {
    progress.at(position);
    return true;
  });
  write_record(flags.format, store_stats(store, head, counts), console.out);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_stats(const StatsFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    write_record(flags.format, read_record(RemoteNode(flags.server).get("/v1/stats", {})), console.out);
    return ExitCode::ok;
  }
  return with_store(flags.store, "stats", console, [&](Store& store) { return stats(flags, store, console); },
                    {.without_vault = flags.without_vault});
}

}  // namespace muniment
