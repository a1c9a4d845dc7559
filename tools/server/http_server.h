// HTTP/1.1: connections in, requests to their routes, answers out. What is about sockets is in http_*.cpp and connection.cpp.
//
// One thread serves all sockets and never waits for the disk; questions are answered on a few threads of their own. What is slow is
// bounded: headers, bodies and answers have times, a slow reader of a stream holds back its own stream alone, and nothing is gathered for
// it.
#pragma once

#include <cstdint>
#include <memory>

#include "tools/server/log.h"
#include "tools/server/node.h"
#include "tools/server/settings.h"

namespace muniment {

class HttpServer {
 public:
  // Listens when it returns. Borrows the node and the log. Throws std::system_error where the address is taken, TlsRefused where a
  // certificate cannot be used, ListenRefused for an address beyond the loopback without TLS.
  HttpServer(Node& node, Log& log, const NodeSettings& settings);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Serves until stop(), then ends what is under way and the node. SIGTERM and SIGINT stop it too if `handles_signals`, and SIGHUP reloads.
  // A failure of the store stops it.
  void run(bool handles_signals);
  // From any thread.
  void stop();
  // Reads the certificate again, from any thread: connections that begin later get the new one. One that cannot be used is logged, and the
  // one before stays.
  void reload();

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
