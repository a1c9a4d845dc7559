#include "tools/muniment/open_store.h"

#include <fmt/format.h>

namespace muniment {

ExitCode with_store(const Folder& folder, std::string_view subcommand, const std::function<ExitCode(Store&)>& work, StoreOptions options) {
  if (folder.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
  options.holder = fmt::format("muniment {}", subcommand);
  Store store(folder, std::move(options));
  ExitCode code = ExitCode::ok;
  try {
    code = work(store);
  } catch (const CliError&) {  // Nothing is wrong with the store.
    store.close();
    throw;
  }
  store.close();
  return code;
}

}  // namespace muniment
