#include "tools/server/connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "tools/server/certificate.h"

namespace muniment {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds linger_time{2000};
constexpr int vanished_after_ms = 60'000;  // Of what was sent and nobody confirms; the kernel by itself takes a quarter of an hour.
constexpr std::size_t linger_bytes_max = std::size_t{4} << 20;
constexpr std::size_t linger_read_bytes = std::size_t{64} << 10;

// An IPv4 address as such, however the socket has it.
std::optional<asio::ip::address> address_of_peer(const tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return std::nullopt;
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

Connection::Connection(tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls) : tcp_(std::move(socket)) {
  error_code ignored;
  tcp_.set_option(tcp::no_delay(true), ignored);
  tcp_.non_blocking(true, ignored);
  ::setsockopt(tcp_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &vanished_after_ms, sizeof vanished_after_ms);
  if (tls) tls_.emplace(tcp_, *tls);
}

Task<bool> Connection::handshake(std::chrono::milliseconds time) {
  if (!tls_) co_return true;
  read_until_ = Clock::now() + time;
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
  read_until_ = never;
  is_secured_ = !error;
  co_return is_secured_;
}

Task<bool> Connection::handshake_with(const std::string& host, std::chrono::milliseconds time) {
  if (!tls_) co_return true;
  error_code no_address;
  asio::ip::make_address(host, no_address);
  SSL* const ssl = tls_->native_handle();
  bool is_set = false;
  if (no_address) {  // As the macro SSL_set_tlsext_host_name does, without its old-style cast.
    std::string name = host;
    is_set =
        SSL_set1_host(ssl, name.c_str()) == 1 && SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
  } else {
    is_set = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  if (!is_set) co_return false;
  read_until_ = Clock::now() + time;
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_result);
  read_until_ = never;
  is_secured_ = !error;
  co_return is_secured_;
}

bool Connection::has_refused_certificate() { return tls_ && !is_secured_ && SSL_get_verify_result(tls_->native_handle()) != X509_V_OK; }

std::optional<PeerCertificate> Connection::peer_certificate() {
  if (!is_secured_) return std::nullopt;
  const X509* const certificate = SSL_get0_peer_certificate(tls_->native_handle());
  return certificate == nullptr ? std::nullopt : std::optional{PeerCertificate{fingerprint_of(certificate), end_of(certificate)}};
}

std::string Connection::peer_host() const {
  const auto address = address_of_peer(tcp_);
  return address ? address->to_string() : std::string{};
}

std::string Connection::peer_network() const {
  const auto address = address_of_peer(tcp_);
  if (!address) return {};
  if (address->is_v4()) return address->to_string();
  constexpr std::size_t network_bytes = 8;
  auto bytes = address->to_v6().to_bytes();
  std::fill(bytes.begin() + network_bytes, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

Task<Connection::Read> Connection::read_some(asio::mutable_buffer space, std::chrono::milliseconds time, Late late) {
  read_until_ = Clock::now() + time;
  late_read_ = late;
  Read out;
  if (tls_) {
    std::tie(out.error, out.size) = co_await tls_->async_read_some(space, as_result);
  } else {
    std::tie(out.error, out.size) = co_await tcp_.async_read_some(space, as_result);
  }
  read_until_ = never;
  late_read_ = Late::close;
  co_return out;
}

void Connection::close_if_late(Clock::time_point now) {
  if (now < std::min(read_until_, write_until_)) return;
  was_late_ = true;
  if (now < write_until_ && late_read_ == Late::stop_reading) {
    read_until_ = never;
    stop_reading();
  } else {
    abandon();
  }
}

void Connection::stop_reading() {
  error_code ignored;
  tcp_.shutdown(tcp::socket::shutdown_receive, ignored);
}

void Connection::stop_sending() {
  error_code ignored;
  tcp_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Connection::abandon() {
  error_code ignored;
  tcp_.close(ignored);
}

// The end is told over TLS too, so that nobody takes what was cut off for the whole.
Task<> Connection::close(bool has_unread) {
  error_code ignored;
  if (is_secured_ && is_open()) {
    read_until_ = Clock::now() + linger_time;
    co_await tls_->async_shutdown(as_result);
    read_until_ = never;
  }
  if (has_unread) co_await linger();
  tcp_.shutdown(tcp::socket::shutdown_both, ignored);
}

// What comes is thrown away as it is, over TLS too.
Task<> Connection::linger() {
  error_code ignored;
  tcp_.shutdown(tcp::socket::shutdown_send, ignored);
  read_until_ = Clock::now() + linger_time;
  std::vector<char> scratch(linger_read_bytes);
  std::size_t total = 0;
  while (total < linger_bytes_max) {
    const auto space = asio::buffer(scratch);
    const auto [error, size] = co_await tcp_.async_read_some(space, as_result);
    if (error) co_return;
    total += size;
  }
}

}  // namespace muniment
