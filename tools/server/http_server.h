// HTTP/1.1: connections in, requests to their routes, answers out. What is about sockets is in http_*.cpp and connection.cpp.
//
// One thread serves all sockets and never waits for the disk; questions are answered on a few threads of their own. What is slow is
// bounded: headers, bodies and answers have times, a slow reader of a stream holds back its own stream alone, and nothing is gathered for
// it.
#pragma once

#include <cstdint>
#include <memory>

#include "tools/server/http_listener.h"
#include "tools/server/log.h"
#include "tools/server/node.h"
#include "tools/server/settings.h"

namespace muniment {

class HttpServer {
 public:
  // Listens when it returns. Borrows the node and the log. Throws ListenRefused where the address was taken meanwhile.
  HttpServer(Node& node, Log& log, const NodeSettings& settings, HttpListener listener);
  // The same at once. Throws as HttpListener.
  HttpServer(Node& node, Log& log, const NodeSettings& settings) : HttpServer(node, log, settings, HttpListener(settings)) {}
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // From now on SIGTERM and SIGINT stop it, and SIGHUP reloads; what comes before run() waits for that.
  void handle_signals();
  // Serves until stop(), then ends what is under way and the node. A failure of the store stops it.
  void run();
  // From any thread.
  void stop();
  // Whether a signal has told it to.
  bool was_signalled() const;
  // Reads the certificate again, from any thread: connections that begin later get the new one. One that cannot be used is logged, and the
  // one before stays.
  void reload();

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
