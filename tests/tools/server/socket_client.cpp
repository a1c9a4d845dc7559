#include "socket_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace muniment {
namespace {

std::string without_chunks(const std::string& framed) {
  std::string out;
  std::size_t at = 0;
  while (at < framed.size()) {
    const std::size_t end = framed.find("\r\n", at);
    const std::size_t size = std::stoul(framed.substr(at, end - at), nullptr, 16);
    if (size == 0) break;
    out += framed.substr(end + 2, size);
    at = end + 2 + size + 2;
  }
  return out;
}

}  // namespace

SocketClient::SocketClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof generic);
  if (::connect(socket_, &generic, sizeof generic) != 0) throw std::runtime_error("cannot connect");
}

SocketClient::~SocketClient() { ::close(socket_); }

bool SocketClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long size = write_some(bytes);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

long SocketClient::write_some(std::string_view bytes) { return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

long SocketClient::read_some_into(std::span<char> space) { return ::recv(socket_, space.data(), space.size(), 0); }

void SocketClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

bool SocketClient::read_some(std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
  pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
  if (is_closed_ || left <= 0) return false;
  if (!has_buffered() && ::poll(&ready, 1, static_cast<int>(left)) <= 0) return false;
  std::array<char, 65536> bytes{};
  const long size = read_some_into(bytes);
  if (size <= 0) is_closed_ = true;
  if (size > 0) received_.append(bytes.data(), static_cast<std::size_t>(size));
  return size > 0;
}

bool SocketClient::read_until(std::string_view text, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (received_.find(text) == std::string::npos) {
    if (!read_some(until)) return false;
  }
  return true;
}

bool SocketClient::is_closed_within(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (read_some(until)) {
  }
  return is_closed_;
}

SocketAnswer SocketClient::answer() {
  SocketAnswer out;
  if (!read_until("\r\n\r\n")) return out;
  const std::size_t end = received_.find("\r\n\r\n") + 4;
  out.head = received_.substr(0, end);
  received_.erase(0, end);
  out.status = static_cast<unsigned>(std::stoul(out.head.substr(out.head.find(' ') + 1, 3)));
  const std::size_t length = out.head.find("Content-Length: ");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  if (length != std::string::npos) {
    const std::size_t size = std::stoul(out.head.substr(length + 16));
    while (received_.size() < size && read_some(until)) {
    }
    out.body = received_.substr(0, size);
    received_.erase(0, size);
  } else if (out.head.find("chunked") != std::string::npos) {
    while (!received_.ends_with("0\r\n\r\n") && read_some(until)) {
    }
    out.body = without_chunks(received_);
    received_.clear();
  }
  return out;
}

std::string http_request(std::string_view method, std::string_view target, std::string_view token, std::string_view body,
                         std::string_view headers) {
  std::string out = std::string{method} + " " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty()) out += "Authorization: Bearer " + std::string{token} + "\r\n";
  out += headers;
  if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + std::string{body};
}

}  // namespace muniment
