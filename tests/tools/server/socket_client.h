// A client of plain sockets, which can do what no proper client does.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace muniment {

struct SocketAnswer {
  unsigned status = 0;  // 0: none came.
  std::string head;
  std::string body;  // Without the framing of chunks.
};

class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port);
  virtual ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  // False: the other side does not take it any more.
  bool send(std::string_view bytes);
  void end_sending();
  // Until the text is among what has come, the other side closes, or the time is up; says whether it is.
  bool read_until(std::string_view text, std::chrono::milliseconds time = std::chrono::seconds{20});
  // Whether the other side closes within the time.
  bool is_closed_within(std::chrono::milliseconds time);
  // One answer, and what came behind it stays.
  SocketAnswer answer();
  const std::string& received() const { return received_; }

 protected:
  int socket() const { return socket_; }
  // As send and recv do.
  virtual long write_some(std::string_view bytes);
  virtual long read_some_into(std::span<char> space);
  // Some bytes have come already, and the socket does not know of them.
  virtual bool has_buffered() const { return false; }

 private:
  bool read_some(std::chrono::steady_clock::time_point until);

  int socket_;
  std::string received_;
  bool is_closed_ = false;
};

std::string http_request(std::string_view method, std::string_view target, std::string_view token, std::string_view body = "",
                         std::string_view headers = "");

}  // namespace muniment
