#include "tools/muniment/open_store.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "tools/muniment/progress.h"
#include "tools/server/listen_address.h"
#include "tools/store/clock_step.h"

namespace muniment {
namespace {

// Given by a service manager (systemd.exec(5), "Credentials"). Empty: none is.
Folder credential(const char* name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) return {};
  const Folder file = Folder(folder) / name;
  return std::filesystem::exists(file) ? file : Folder{};
}

// A credential counts before the environment, which others may read by `systemctl show`.
std::string key_passphrase() {
  if (const Folder file = credential("muniment.log-key-passphrase"); !file.empty()) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
  }
  const char* const passphrase = std::getenv("MUNIMENT_KEY_PASSPHRASE");
  return passphrase == nullptr ? "" : passphrase;
}

}  // namespace

void throw_failure(const Answer& answer) {
  if (answer.is_unread) throw LogDamaged(answer.damage);
  throw StoreStopped(answer.failure);
}

void require_store_named(const Folder& folder) {
  if (folder.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
}

StoreOptions options_for(std::string_view subcommand, StoreOptions options) {
  options.holder = fmt::format("muniment {}", subcommand);
  options.epoch_key_file = credential("muniment.epoch-key");
  options.log_key_file = credential("muniment.log-key");
  options.log_key_passphrase = key_passphrase();
  return options;
}

ExitCode with_store(const Folder& folder, std::string_view subcommand, const Console& console, const std::function<ExitCode(Store&)>& work,
                    StoreOptions options) {
  require_store_named(folder);
  ProgressOfWork progress(console);
  options.on_progress = progress.hook();
  Store store(folder, options_for(subcommand, std::move(options)));
  progress.end();
  ExitCode code = ExitCode::ok;
  try {
    code = work(store);
  } catch (const CliError&) {  // Nothing is wrong with the store.
    store.close();
    throw;
  } catch (const ListenRefused&) {  // The same: the address was taken meanwhile.
    store.close();
    throw;
  }
  store.close();
  return code;
}

ExitCode with_recording_store(const Folder& folder, std::string_view subcommand, const Console& console,
                              const std::function<ExitCode(Store&)>& work, StoreOptions options) {
  const auto record = [&work](Store& store) {
    if (unaccepted_step(store.folder(), store.log(), system_now())) throw CliError(ExitCode::unavailable, ClockStepped().what());
    return work(store);
  };
  return with_store(folder, subcommand, console, record, std::move(options));
}

ExitCode ask_store(const Folder& folder, std::string_view subcommand, const Console& console, const std::function<ExitCode(Store&)>& work,
                   StoreOptions options) {
  const ExitCode code = with_store(folder, subcommand, console, work, std::move(options));
  console.note("not on record: asked of the store itself");
  return code;
}

}  // namespace muniment
