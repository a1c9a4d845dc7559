// muniment upgrade: raises the store's format to what this program writes.
#include "tools/muniment/open_store.h"

namespace muniment {

ExitCode run_upgrade(const UpgradeFlags& flags, Console& console) {
  return with_recording_store(flags.store, "upgrade", console, [&](Store& store) {
    const std::string what = store.upgrade(flags.is_dry_run);
    if (what.empty()) {
      console.note("nothing to do: the store has the newest format that this program knows");
    } else {
      console.note((flags.is_dry_run ? "dry run: would " : "done: ") + what);
    }
    return ExitCode::ok;
  });
}

}  // namespace muniment
