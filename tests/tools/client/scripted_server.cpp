#include "scripted_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace muniment {

ScriptedServer::ScriptedServer(std::vector<std::string> answers)
    : answers_(std::move(answers)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, place, size) != 0 || ::listen(listener_, 16) != 0 || ::getsockname(listener_, place, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  ::close(listener_);
}

std::string ScriptedServer::request(std::size_t connection) {
  ::shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  return connection < requests_.size() ? requests_[connection] : "";
}

void ScriptedServer::serve() {
  for (std::size_t i = 0;; ++i) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    std::string asked;
    std::array<char, 4096> bytes{};
    while (asked.find("\r\n\r\n") == std::string::npos) {
      const ssize_t size = ::recv(socket, bytes.data(), bytes.size(), 0);
      if (size <= 0) break;
      asked.append(bytes.data(), static_cast<std::size_t>(size));
    }
    requests_.push_back(std::move(asked));
    const std::string& answer = answers_[std::min(i, answers_.size() - 1)];
    ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::shutdown(socket, SHUT_WR);
    // What is still sent is read, or the close would take the answer back.
    while (::recv(socket, bytes.data(), bytes.size(), 0) > 0) continue;
    ::close(socket);
  }
}

}  // namespace muniment
