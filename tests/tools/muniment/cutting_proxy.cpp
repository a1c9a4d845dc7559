#include "cutting_proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace muniment {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  out.sin_port = htons(port);
  return out;
}

bool send_all(int socket, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::uint16_t server, std::vector<std::size_t> cuts)
    : server_(server), cuts_(std::move(cuts)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, place, size) != 0 || ::listen(listener_, 16) != 0 || ::getsockname(listener_, place, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
  is_ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string CuttingProxy::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void CuttingProxy::serve() {
  while (!is_ending_) {
    const int client = ::accept(listener_, nullptr, nullptr);
    if (client < 0) return;
    const std::size_t number = connections_++;
    forward(client, number < cuts_.size() ? cuts_[number] : std::numeric_limits<std::size_t>::max());
    ::close(client);
  }
}

void CuttingProxy::forward(int client, std::size_t bytes_max) const {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_);
  bool goes_on = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 16384> bytes{};
  while (goes_on && !is_ending_) {
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    ::poll(ends.data(), ends.size(), 100);
    if (ends[0].revents != 0) {
      const ssize_t size = ::recv(client, bytes.data(), bytes.size(), 0);
      goes_on = size > 0 && send_all(server, bytes.data(), static_cast<std::size_t>(size));
    }
    if (goes_on && ends[1].revents != 0) {
      const ssize_t size = ::recv(server, bytes.data(), bytes.size(), 0);
      const std::size_t kept = size <= 0 ? 0 : std::min(static_cast<std::size_t>(size), bytes_max);
      bytes_max -= kept;
      goes_on = kept > 0 && send_all(client, bytes.data(), kept) && bytes_max > 0;
    }
  }
  ::close(server);
}

}  // namespace muniment
