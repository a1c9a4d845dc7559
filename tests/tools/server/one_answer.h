// An HTTP server that says one thing.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

namespace muniment::test {

// Gives one connection these bytes, whatever it asks, and keeps it open a while.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes, std::chrono::milliseconds open_for = {}) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    socklen_t size = sizeof generic;
    ::bind(socket_, &generic, size);
    ::listen(socket_, 1);
    ::getsockname(socket_, &generic, &size);
    std::memcpy(&address, &generic, sizeof address);
    url = fmt::format("http://127.0.0.1:{}/keys", ntohs(address.sin_port));
    thread_ = std::jthread([this, bytes = std::move(bytes), open_for] {
      const int accepted = ::accept(socket_, nullptr, nullptr);
      std::array<char, 4096> request{};
      if (::recv(accepted, request.data(), request.size(), 0) > 0) ::send(accepted, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      std::this_thread::sleep_for(open_for);
      ::close(accepted);
    });
  }
  ~OneAnswer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  std::string url;

 private:
  int socket_;
  std::jthread thread_;
};

inline std::string answer(const std::string& status, const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}", status, body.size(), headers, body);
}

}  // namespace muniment::test
