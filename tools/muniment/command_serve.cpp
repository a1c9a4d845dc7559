// muniment serve: the node.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ostream>

#include "tools/muniment/open_store.h"
#include "tools/server/configuration.h"
#include "tools/server/http_server.h"

namespace muniment {
namespace {

Configuration configuration_of(const ServeFlags& flags) {
  ConfigurationSources sources{.file = flags.config, .environment = {}, .flags = flags.settings};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (const std::size_t sign = text.find('='); sign != std::string_view::npos)
      sources.environment.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  // The flag takes the environment's where it was not given.
  const auto named = sources.environment.find("MUNIMENT_STORE");
  const bool is_flag = !flags.store.empty() && (named == sources.environment.end() || named->second != flags.store);
  if (is_flag) sources.flags.emplace_back("--store", flags.store.string());
  return Configuration(sources);
}

ExitCode check(const Configuration& configuration, Console& console) {
  console.out << configuration.text() << std::flush;
  const std::vector<std::string> faults = configuration.faults();
  for (const std::string& fault : faults) console.error(fault);
  return faults.empty() ? ExitCode::ok : ExitCode::usage;
}

ExitCode serve(const NodeSettings& settings, Store& store, const Console& console) {
  Log log(console.err, settings.log_level);
  Node node(store, settings);
  HttpServer server(node, log, settings);
  log.write(LogLevel::info, "listening",
            {{"address", fmt::format("{}:{}", settings.listen.host, server.port())}, {"head", Cell{store.log().head(0).position}}});
  console.out << server.port() << std::endl;
  server.run(true);
  if (node.has_failed()) {
    log.write(LogLevel::error, "ended after a failure of the store", {{"what", store.sequencer().failure()}});
    // As after a crash: nothing is flushed from a memory that the disk may not agree with, and the next opening checks.
    throw StoreStopped("the store could not record something, and the node ended; see that the disk is well, then start it again");
  }
  log.write(LogLevel::info, "ended", {{"head", Cell{store.log().head(0).position}}});
  return ExitCode::ok;
}

}  // namespace

ExitCode run_serve(const ServeFlags& flags, Console& console) {
  const Configuration configuration = configuration_of(flags);
  if (flags.only_checks) return check(configuration, console);
  const NodeSettings& settings = configuration.settings();
  return with_store(settings.store, "serve", [&](Store& store) { return serve(settings, store, console); });
}

}  // namespace muniment
