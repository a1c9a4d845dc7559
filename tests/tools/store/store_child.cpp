// Works on a store and kills itself before a step of that: store_child WORK FOLDER STEP, steps from 1. The process has no threads but the
// store's, as a fork of a test would not.
#include <signal.h>

#include <string>
#include <vector>

#include "people.h"
#include "tools/store/archive.h"
#include "tools/store/epoch_rotation.h"
#include "tools/store/log_key_handover.h"
#include "tools/store/restore.h"
#include "tools/store/store.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string& folder = arguments.at(1);
  const std::size_t last = std::stoul(arguments.at(2));
  std::size_t step = 0;
  muniment::StoreOptions options;
  options.on_step = [&](std::string_view) {
    if (++step == last) ::raise(SIGKILL);
  };
  if (arguments.at(0) == "archive") {
    muniment::Store store(folder, options);
    if (const auto plan = muniment::plan_archive(store, store.log().head(0).position))
      muniment::archive_log(store, *plan, std::filesystem::path(folder).parent_path() / "archive", {.on_step = options.on_step});
    store.close();
  } else if (arguments.at(0) == "create") {
    muniment::Store::create(folder, "rkelly", options);
  } else if (arguments.at(0) == "erase") {
    muniment::Store store(folder, options);
    muniment::test::record_erasure(store);
    store.carry_out_erasures();
    store.close();
  } else if (arguments.at(0) == "rotate") {
    muniment::rotate_epoch(folder, options);
  } else if (arguments.at(0) == "rotate-log-key") {
    muniment::rotate_log_key(folder, {.both_for = std::chrono::days{0}}, options);
  } else if (arguments.at(0) == "restore") {
    const std::filesystem::path backups = std::filesystem::path(folder).parent_path() / "backups";
    muniment::restore_store(folder, {.backup = backups, .statement = "the disk is gone", .requested_by = "operator:ops"}, options);
  } else if (arguments.at(0) == "restore-vault") {
    muniment::restore_vault(folder, std::filesystem::path(folder).parent_path() / "vault-backup", "operator:ops", options);
  } else {
    options.format_supported = 2;
    muniment::Store store(folder, options);
    store.upgrade(false);
    store.close();
  }
  return 0;
}
