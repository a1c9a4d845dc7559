#include "tools/server/http_listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace muniment {

namespace asio = boost::asio;

ListenRefused cannot_listen(const ListenAddress& address, int error) {
  return ListenRefused(fmt::format("cannot listen on {}, port {}: {}; end what listens there, or name another address by --listen",
                                   address.host, address.port, std::generic_category().message(error)));
}

HttpListener::HttpListener(const NodeSettings& settings) {
  const ListenAddress& address = settings.listen;
  if (const auto checked = check_exposure(address, settings.tls.is_on()); !checked) throw ListenRefused(checked.error());
  if (settings.tls.is_on()) tls_.emplace(settings.tls);
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  is_v6_ = endpoint.address().is_v6();
  socket_ = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  const bool is_bound = socket_ >= 0 && ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                        ::bind(socket_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  if (is_bound) return;
  const int error = errno;
  if (socket_ >= 0) ::close(socket_);
  throw cannot_listen(address, error);
}

HttpListener::HttpListener(HttpListener&& other) noexcept
    : tls_(std::move(other.tls_)), is_v6_(other.is_v6_), socket_(std::exchange(other.socket_, -1)) {}

HttpListener::~HttpListener() {
  if (socket_ >= 0) ::close(socket_);
}

std::string HttpListener::url() const {
  asio::ip::tcp::endpoint bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(socket_, bound.data(), &size) != 0)
    throw std::system_error(errno, std::generic_category(), "a bound socket has no address");
  bound.resize(size);
  return fmt::format("{}://{}{}{}:{}", tls_ ? "https" : "http", is_v6_ ? "[" : "", bound.address().to_string(), is_v6_ ? "]" : "",
                     bound.port());
}

HttpListener HttpListener::again(const NodeSettings& settings) const {
  HttpListener out;
  if (settings.tls.is_on()) out.tls_.emplace(settings.tls);
  out.is_v6_ = is_v6_;
  out.socket_ = ::fcntl(socket_, F_DUPFD_CLOEXEC, 0);
  if (out.socket_ < 0) throw cannot_listen(settings.listen, errno);
  return out;
}

int HttpListener::take_socket() { return std::exchange(socket_, -1); }

}  // namespace muniment
