// The bytes of one connection, each way within a time. Beast reads and writes HTTP over it as over any asynchronous stream.
//
// On the thread of the sockets alone.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "tools/server/asio_tasks.h"

namespace muniment {

class Connection {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  explicit Connection(asio::ip::tcp::socket socket);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  executor_type get_executor() { return tcp_.get_executor(); }
  // What is read or written from now on has to be done within the time, or the socket is closed.
  void expires_after(std::chrono::milliseconds time) { tcp_.expires_after(time); }
  bool is_open() const { return tcp_.socket().is_open(); }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return tcp_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return tcp_.async_write_some(buffers, std::forward<Token>(token));
  }

  // Nothing more is read: what waits for the other side ends.
  void stop_reading();
  // Ends it at once, in the middle of whatever it does.
  void abandon();
  // Ends it in order. With unread bytes it lets what was sent arrive first, which a close would take back.
  Task<> close(bool has_unread);

 private:
  Task<> linger();

  boost::beast::tcp_stream tcp_;
};

}  // namespace muniment
