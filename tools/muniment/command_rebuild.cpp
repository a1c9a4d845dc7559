// muniment rebuild: the views anew, from the first event on.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

std::vector<ProjectionKind> kinds_of(const RebuildFlags& flags) {
  std::vector<ProjectionKind> kinds;
  for (const std::string& name : flags.projections) {
    const auto kind = projection_kind(name);
    if (!kind) throw CliError(ExitCode::usage, "PROJECTION: expected roster, access, trail or findings");
    if (std::find(kinds.begin(), kinds.end(), *kind) == kinds.end()) kinds.push_back(*kind);
  }
  if (kinds.empty()) kinds.assign(all_projections.begin(), all_projections.end());
  return kinds;
}

ExitCode rebuild(const std::vector<ProjectionKind>& kinds, bool is_dry_run, Store& store, const Console& console) {
  const Position head = store.log().head(0).position;
  std::vector<std::string_view> names;
  for (const ProjectionKind kind : kinds) names.push_back(name_of(kind));
  if (is_dry_run) {
    console.note(fmt::format("dry run: would build {} anew from {} events", fmt::join(names, ", "), head));
    return ExitCode::ok;
  }
  double seconds = 0;
  {
    Progress progress(console, "events", head);
    store.projector().rebuild(kinds, [&](Position done, Position) { progress.look(done); });
    seconds = progress.seconds();
  }
  console.note(fmt::format("built {} anew from {} events in {:.1f} s", fmt::join(names, ", "), head, seconds));
  for (const ProjectionKind kind : kinds) {
    for (const Quarantined& event : store.views().quarantine(kind)) {
      console.warn(fmt::format("{} could not handle event {} ({}): {}", name_of(kind), event.position, event.type, event.reason));
    }
  }
  return ExitCode::ok;
}

}  // namespace

ExitCode run_rebuild(const RebuildFlags& flags, Console& console) {
  const std::vector<ProjectionKind> kinds = kinds_of(flags);
  return with_store(flags.store, "rebuild", console, [&](Store& store) { return rebuild(kinds, flags.is_dry_run, store, console); });
}

}  // namespace muniment
