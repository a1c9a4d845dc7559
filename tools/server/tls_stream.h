// Bytes to somebody over TLS who says nothing back: for syslog (RFC 5425). libcurl is in tls_stream.cpp alone. Waits: never on the thread
// of the sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace muniment {

struct TlsPeer {
  std::string host;
  std::uint16_t port = 0;
  std::filesystem::path ca = {};           // PEM: whose certificates are believed instead of the machine's own.
  std::filesystem::path certificate = {};  // PEM, of this side; empty: none is shown.
  std::filesystem::path key = {};
  std::chrono::milliseconds time_max{10'000};  // Of connecting, and of each send().
};

// One thread at a time.
class TlsStream {
 public:
  // Borrows `is_stopping`, which ends whatever waits.
  TlsStream(TlsPeer peer, const std::atomic<bool>& is_stopping);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  bool is_open() const;
  // The same, having looked whether the peer has closed it meanwhile.
  bool is_open_still();
  // The peer's certificate must be for its host. The error says why it did not come about.
  std::expected<void, std::string> open();
  // Until the other machine has all of it and the peer has not closed. After an error the stream is closed.
  std::expected<void, std::string> send(std::string_view bytes);
  void close();

 private:
  struct Connection;
  std::unexpected<std::string> fail(std::string why);

  const TlsPeer peer_;
  const std::atomic<bool>& is_stopping_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace muniment
