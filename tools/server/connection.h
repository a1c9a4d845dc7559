// The bytes of one connection, over TCP or over TLS, each way within a time. Beast reads and writes HTTP over it as over any asynchronous
// stream.
//
// On the thread of the sockets alone.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <optional>

#include "tools/server/asio_tasks.h"
#include "tools/server/callers.h"

namespace muniment {

class Connection {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  // With a context, over TLS: handshake() comes first.
  Connection(asio::ip::tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False: it is of no use. Nothing to do over TCP.
  Task<bool> handshake(std::chrono::milliseconds time);
  // After a handshake that failed: the other side has shown a certificate that could not be verified.
  bool has_refused_certificate();
  // What the other side has shown of itself in the handshake: nothing, or a certificate whose chain was verified.
  std::optional<PeerCertificate> peer_certificate();
  // The other side's address.
  std::string peer_host() const;
  // The same; of IPv6 its network of 64 bits, because a host has as many addresses as it likes.
  std::string peer_network() const;

  executor_type get_executor() { return tcp_.get_executor(); }
  // What is read or written from now on has to be done within the time, or the socket is closed.
  void expires_after(std::chrono::milliseconds time) { tcp_.expires_after(time); }
  bool is_open() const { return tcp_.socket().is_open(); }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [](auto handler, Connection* self, const Buffers& space) {
          if (self->tls_) {
            self->tls_->async_read_some(space, std::move(handler));
          } else {
            self->tcp_.async_read_some(space, std::move(handler));
          }
        },
        token, this, buffers);
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [](auto handler, Connection* self, const Buffers& bytes) {
          if (self->tls_) {
            self->tls_->async_write_some(bytes, std::move(handler));
          } else {
            self->tcp_.async_write_some(bytes, std::move(handler));
          }
        },
        token, this, buffers);
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
  std::optional<asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
  bool is_secured_ = false;  // The handshake is done.
};

}  // namespace muniment
