// muniment serve: the node.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <ostream>

#include "tools/muniment/node_configuration.h"
#include "tools/muniment/open_store.h"
#include "tools/server/held_signal.h"
#include "tools/server/host_port.h"
#include "tools/server/http_server.h"
#include "tools/server/service_manager.h"

namespace muniment {
namespace {

ExitCode check(const Configuration& configuration, Console& console) {
  console.out << configuration.text() << std::flush;
  const std::vector<std::string> faults = configuration.faults();
  for (const std::string& fault : faults) console.error(fault);
  return faults.empty() ? ExitCode::ok : ExitCode::usage;
}

ExitCode serve(const NodeSettings& settings, HttpListener& listener, HeldSignal& reload, Store& store, const Console& console) {
  Log log(console.err, settings.log_level, can_write_to(STDERR_FILENO));
  const ServiceManager manager;
  Node node(store, {.settings = settings,
                    .on_notice = [&log](std::string_view notice) { log.write(LogLevel::warning, notice); },
                    .on_alive = [&manager] { manager.tell("WATCHDOG=1"); },
                    .on_stopping = [&manager] { manager.tell("STOPPING=1"); }});
  HttpServer server(node, log, settings, std::move(listener));
  server.handle_signals();
  reload.release();
  log.write(LogLevel::info, "listening",
            {{"address", host_port(settings.listen.host, server.port())}, {"head", Cell{store.log().head(0).position}}});
  console.out << server.port() << std::endl;
  manager.tell("READY=1");
  server.run();
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
  // From before the certificate is read: one that is renewed while the store opens is read again once the node listens.
  HeldSignal reload(SIGHUP);
  // Before the store is opened, which may take long and leaves traces.
  HttpListener listener(settings);
  return with_store(settings.store, fmt::format("serve at {}", listener.url()), console,
                    [&](Store& store) { return serve(settings, listener, reload, store, console); },
                    {.without_vault = flags.without_vault, .log_url = settings.store_log});
}

}  // namespace muniment
