// Answers as they go over a connection: whole, or piece by piece. A head is a few lines of text, which are written as such.
#pragma once

#include <string_view>

#include "tools/server/call.h"
#include "tools/server/connection.h"
#include "tools/server/http_exchange.h"

namespace muniment {

// Each call says whether all of it was taken within the time; where not, the connection is of no use any more.
class HttpWriter {
 public:
  HttpWriter(Connection& connection, std::chrono::milliseconds time_max) : connection_(connection), time_max_(time_max) {}

  Task<bool> send_continue();
  // To HEAD the body's size alone is told.
  Task<bool> send(const Response& response, const Exchange& exchange);
  // A body of unknown size. To a client of HTTP/1.0 its end is that of the connection.
  Task<bool> begin_stream(const Response& response, const Exchange& exchange);
  Task<bool> send_piece(std::string_view piece, const Exchange& exchange);
  Task<bool> end_stream(const Exchange& exchange);

 private:
  Connection& connection_;
  const std::chrono::milliseconds time_max_;
};

}  // namespace muniment
