// A SocketClient that speaks TLS, well or badly.
#pragma once

#include <filesystem>

#include "socket_client.h"

namespace muniment {

struct TlsClientOptions {
  std::filesystem::path authority = {};    // Whose certificates it believes.
  std::filesystem::path certificate = {};  // Its own, where it has one, with its key.
  std::filesystem::path key = {};
  int version_max = 0;         // Of TLS, as OpenSSL numbers them; 0: any.
  std::string protocols = {};  // Of ALPN, in its wire format; empty: it names none.
};

class TlsClient : public SocketClient {
 public:
  // Throws std::runtime_error where the handshake fails.
  TlsClient(std::uint16_t port, const TlsClientOptions& options);
  ~TlsClient() override;

  std::string version() const;
  std::string protocol() const;     // Chosen by the other side; empty: none.
  std::string server_name() const;  // The common name of its certificate.
  // Whether a later connection could take this one's identity up again.
  bool has_session_to_resume() const;

 protected:
  long write_some(std::string_view bytes) override;
  long read_some_into(std::span<char> space) override;
  bool has_buffered() const override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace muniment
