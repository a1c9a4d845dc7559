// A request that another node answers: it goes there as it came, and the answer comes back as it is. Nothing is gathered: what one side
// does not take, the other is not asked for.
//
// A connection of its own for each, which ends with the answer: so where that ends need not be looked for, and what is cut off there is cut
// off here.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/client/server_url.h"
#include "tools/server/http_reader.h"
#include "tools/server/http_shared.h"
#include "tools/server/problem.h"

namespace muniment {

// Why a request cannot go to whoever has the lease; nothing: it can. One that was forwarded before goes no further, so that it never goes
// round; and who calls must be told by the request itself, not by the connection or a session of this node.
std::optional<Problem> why_not_forwarded(const HttpReader& reader, const LogLease& lease, const ClusterSettings& cluster);

class HttpForward {
 public:
  // Borrows them all. The head of the request was read.
  HttpForward(HttpShared& shared, Connection& from, HttpReader& reader, ServerUrl to);

  // False: the node cannot be reached, and nothing was sent.
  Task<bool> connect();
  // Sends the request, and passes the answer on. Its status; 0: none came, and nothing was passed on.
  Task<unsigned> exchange(std::chrono::milliseconds silence_max, const std::string& request_id);
  // The other node ended the answer, and all of it was taken.
  bool is_whole() const { return is_whole_; }

  void close_if_late(Connection::Clock::time_point now);
  void abandon();

 private:
  std::string head(const std::string& request_id) const;
  Task<> send_body(std::chrono::milliseconds silence_max);
  Task<> pass_answer_on(std::chrono::milliseconds silence_max);

  HttpShared& shared_;
  Connection& from_;
  HttpReader& reader_;
  const ServerUrl to_;
  const bool has_body_;
  const bool has_length_;
  std::shared_ptr<asio::ip::tcp::socket> socket_;  // While it connects.
  std::unique_ptr<Connection> upstream_;
  unsigned status_ = 0;
  bool is_whole_ = false;
  bool is_abandoned_ = false;
};

}  // namespace muniment
