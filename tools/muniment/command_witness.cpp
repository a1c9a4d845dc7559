// muniment witness: cosigns the checkpoints of logs that others run.
#include <fmt/format.h>

#include <cstdlib>
#include <ostream>

#include "tools/muniment/given_key.h"
#include "tools/muniment/subcommands.h"
#include "tools/server/host_port.h"
#include "tools/server/listen_address.h"
#include "tools/server/log.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/store/store_lock.h"
#include "tools/witness/witness_server.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

fs::path key_file(const Folder& folder) { return folder / "witness.key"; }
fs::path public_key_file(const Folder& folder) { return folder / "witness.vkey"; }

VerifierKey read_public_key(const Folder& folder) {
  if (!fs::exists(public_key_file(folder)))
    throw CliError(ExitCode::not_found, fmt::format("{} is no witness: make one with `muniment witness init`", folder.string()));
  const std::string text = read_whole_file(public_key_file(folder));
  const auto key = VerifierKey::parse(std::string_view(text).substr(0, text.find('\n')));
  if (!key || key->type != SignatureType::cosignature)
    throw CliError(ExitCode::integrity, fmt::format("{} holds no key of a witness", public_key_file(folder).string()));
  return *key;
}

}  // namespace

ExitCode run_witness_init(const WitnessInitFlags& flags, Console& console) {
  if (!is_key_name(flags.name))
    throw CliError(ExitCode::usage, "--name: expected a name without spaces and plus signs, such as witness.example/w1");
  if (fs::exists(flags.folder) && !fs::is_empty(flags.folder))
    throw CliError(ExitCode::refused, fmt::format("{} is there and holds something: name a new folder", flags.folder.string()));
  if (flags.is_dry_run) {
    console.note(fmt::format("dry run: would make the key of the witness {} in {}", flags.name, flags.folder.string()));
    return ExitCode::ok;
  }
  fs::create_directories(flags.folder);
  fs::permissions(flags.folder, fs::perms::owner_all);
  const VerifierKey key = create_log_key(key_file(flags.folder), flags.name, SignatureType::cosignature);
  replace_file(public_key_file(flags.folder), key.text() + '\n');
  console.out << key.text() << std::endl;
  console.note("that is the witness's key: it belongs into the policies of those who rely on it");
  return ExitCode::ok;
}

ExitCode run_witness_serve(const WitnessServeFlags& flags, Console& console) {
  const VerifierKey key = read_public_key(flags.folder);
  const auto address = parse_listen_address(flags.listen);
  if (!address) throw CliError(ExitCode::usage, "--listen: " + address.error());
  std::vector<VerifierKey> logs;
  for (const std::string& log : flags.logs) logs.push_back(given_key("--log", log));
  const StoreLock lock(flags.folder / "lock", "muniment witness serve");
  const char* const passphrase = std::getenv("MUNIMENT_KEY_PASSPHRASE");
  Witness witness(read_log_key(key_file(flags.folder), key, passphrase == nullptr ? "" : passphrase), logs, flags.folder);
  Log log(console.err, LogLevel::info);
  WitnessServer server(witness, address->host, address->port, [&log](std::string_view what) { log.write(LogLevel::info, what); });
  log.write(LogLevel::info, "listening", {{"address", host_port(address->host, server.port())}});
  console.out << server.port() << std::endl;
  server.run(true);
  return ExitCode::ok;
}

}  // namespace muniment
