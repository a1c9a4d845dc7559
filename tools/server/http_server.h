// HTTP/1.1 on the loopback: connections in, requests to their routes, answers out. Everything about sockets is in http_server.cpp.
//
// One thread serves all sockets and never waits for the disk; questions are answered on a few threads of their own. What is slow is
// bounded: headers, bodies and answers have times, a slow reader of a stream holds back its own stream alone, and nothing is gathered for
// it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tools/server/listen_address.h"
#include "tools/server/log.h"
#include "tools/server/node.h"

namespace muniment {

struct HttpOptions {
  ListenAddress listen;
  std::size_t connections_max = 1024;  // Beyond them: 503.
  std::size_t questions_max = 256;     // Waiting for their answers; beyond them: 503.
  std::size_t header_bytes_max = std::size_t{16} << 10;
  std::chrono::milliseconds header_time_max{10'000};
  std::chrono::milliseconds idle_time_max{60'000};   // Between two requests of a connection.
  std::chrono::milliseconds write_time_max{30'000};  // For an answer, or for a piece of a stream, to be taken.
  std::chrono::milliseconds stop_time_max{10'000};   // For what is under way when the node is stopped.
};

class HttpServer {
 public:
  // Listens when it returns. Borrows them. Throws std::system_error where the address is taken.
  HttpServer(Node& node, Log& log, const HttpOptions& options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Serves until stop(), then ends what is under way and the node. SIGTERM and SIGINT stop it too if `handles_signals`. So does a failure
  // of the store.
  void run(bool handles_signals);
  // From any thread.
  void stop();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
