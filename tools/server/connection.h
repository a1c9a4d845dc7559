// The bytes of one connection, over TCP or over TLS, each way within a time.
//
// Whoever owns it calls close_if_late() every now and then: a look at each connection ten times a second costs nothing beside a timer for
// each thing that is read or written.
//
// On the thread of the sockets alone.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <optional>

#include "tools/server/asio_tasks.h"
#include "tools/server/callers.h"

namespace muniment {

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  // With a context, over TLS: handshake() comes first.
  Connection(asio::ip::tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False: it is of no use. Nothing to do over TCP.
  Task<bool> handshake(std::chrono::milliseconds time);
  // The same as the one who has connected; the other side's certificate must be for that host.
  Task<bool> handshake_with(const std::string& host, std::chrono::milliseconds time);
  // After a handshake that failed: the other side has shown a certificate that could not be verified.
  bool has_refused_certificate();
  // What the other side has shown of itself in the handshake: nothing, or a certificate whose chain was verified.
  std::optional<PeerCertificate> peer_certificate();
  // The other side's address.
  std::string peer_host() const;
  // The same; of IPv6 its network of 64 bits, because a host has as many addresses as it likes.
  std::string peer_network() const;

  asio::any_io_executor get_executor() { return tcp_.get_executor(); }
  bool is_open() const { return tcp_.is_open(); }

  struct Read {
    error_code error;
    std::size_t size = 0;
  };
  // What is done where nothing comes within the time.
  enum class Late { close, stop_reading };
  // What has come, at least a byte. One at a time.
  Task<Read> read_some(asio::mutable_buffer space, std::chrono::milliseconds time, Late late = Late::close);
  // All of them. False: they were not taken within the time. One at a time, beside a read.
  template <typename Buffers>
  Task<bool> write(Buffers buffers, std::chrono::milliseconds time);

  // Closes it where something has taken longer than its time, or stops reading where that was asked for.
  void close_if_late(Clock::time_point now);
  bool was_late() const { return was_late_; }

  // Nothing more is read: what waits for the other side ends.
  void stop_reading();
  // The other side is told that nothing more comes.
  void stop_sending();
  // Ends it at once, in the middle of whatever it does.
  void abandon();
  // Ends it in order. With unread bytes it lets what was sent arrive first, which a close would take back.
  Task<> close(bool has_unread);

 private:
  // Until when what is under way must be done.
  static constexpr Clock::time_point never = Clock::time_point::max();

  Task<> linger();

  asio::ip::tcp::socket tcp_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  Clock::time_point read_until_ = never;
  Late late_read_ = Late::close;
  Clock::time_point write_until_ = never;
  bool is_secured_ = false;  // The handshake is done.
  bool was_late_ = false;
};

// Most of what is written fits into the socket at once: then nothing is waited for.
template <typename Buffers>
Task<bool> Connection::write(Buffers buffers, std::chrono::milliseconds time) {
  boost::beast::buffers_suffix<Buffers> rest{buffers};
  error_code error;
  if (!tls_) {
    rest.consume(tcp_.write_some(buffers, error));
    if (!error && asio::buffer_size(rest) == 0) co_return true;
    if (error && error != asio::error::would_block) co_return false;
  }
  write_until_ = Clock::now() + time;
  if (tls_) {
    std::tie(error, std::ignore) = co_await asio::async_write(*tls_, rest, as_result);
  } else {
    std::tie(error, std::ignore) = co_await asio::async_write(tcp_, rest, as_result);
  }
  write_until_ = never;
  co_return !error;
}

}  // namespace muniment
