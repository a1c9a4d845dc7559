// A node that serves over sockets, in the test's own process.
#pragma once

#include <sstream>
#include <thread>

#include "node_fixture.h"
#include "socket_client.h"
#include "tools/server/http_server.h"

namespace muniment {

class WithServer : public WithNode {
 protected:
  explicit WithServer(const NodeSettings& settings = {.listen = {"127.0.0.1", 0}})
      : WithServer(NodeOptions{.settings = settings}, settings) {}
  WithServer(NodeOptions options, const NodeSettings& settings)
      : WithNode(std::move(options)), log(written, LogLevel::debug), server(*node, log, settings) {
    port = server.port();
    serving = std::thread([this] { server.run(); });
  }
  ~WithServer() override { stop(); }

  // The log may be looked at afterwards.
  void stop() {
    server.stop();
    if (serving.joinable()) serving.join();
  }

  std::ostringstream written;
  Log log;
  HttpServer server;
  std::uint16_t port = 0;
  std::thread serving;
};

}  // namespace muniment
