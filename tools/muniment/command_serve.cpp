// muniment serve: the node.
#include <fmt/format.h>

#include <ostream>

#include "tools/muniment/open_store.h"
#include "tools/server/http_server.h"

namespace muniment {
namespace {

ExitCode serve(const NodeSettings& settings, Store& store, const Console& console) {
  Log log(console.err, settings.log_level);
  Node node(store);
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
  const auto listen = parse_listen_address(flags.listen);
  if (!listen) throw CliError(ExitCode::usage, "--listen: " + listen.error());
  if (flags.tls_certificate.empty() != flags.tls_key.empty())
    throw CliError(ExitCode::usage, "name both --tls-certificate and --tls-key, or neither");
  NodeSettings settings{
      .listen = *listen, .log_level = flags.log_level, .tls = {.certificate = flags.tls_certificate, .key = flags.tls_key}};
  if (const auto checked = check_exposure(*listen, settings.tls.is_on()); !checked)
    throw CliError(ExitCode::usage, "--listen: " + checked.error());
  settings.limits.connections_max = flags.connections_max;
  return with_store(flags.store, "serve", [&](Store& store) { return serve(settings, store, console); });
}

}  // namespace muniment
