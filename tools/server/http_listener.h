// The address that a node will serve, and with what certificate: made before its store is opened, so that nothing is opened for a
// configuration that cannot serve. Nobody is let in before a server takes it over.
#pragma once

#include <optional>

#include "tools/server/settings.h"
#include "tools/server/tls_certificates.h"

namespace muniment {

class HttpListener {
 public:
  // Throws ListenRefused for an address that is taken or none of this machine's, or one beyond the loopback without TLS; TlsRefused where a
  // certificate or key cannot be used.
  explicit HttpListener(const NodeSettings& settings);
  HttpListener(HttpListener&& other) noexcept;
  HttpListener& operator=(HttpListener&&) = delete;
  ~HttpListener();

  // Another one of the same socket, with the certificate as it is now: who connects after one server has ended waits for the next one.
  // Throws TlsRefused, and ListenRefused where no descriptor is free. Precondition: the socket is still its own.
  HttpListener again(const NodeSettings& settings) const;

  // The bound socket, which is the caller's from now on.
  int take_socket();
  bool is_v6() const { return is_v6_; }
  // Where it is bound, such as http://127.0.0.1:8080. Precondition: the socket is still its own.
  std::string url() const;
  std::optional<TlsCertificates> take_tls() { return std::move(tls_); }

 private:
  HttpListener() = default;

  std::optional<TlsCertificates> tls_;
  bool is_v6_ = false;
  int socket_ = -1;
};

// That it cannot be listened there, and what to do.
ListenRefused cannot_listen(const ListenAddress& address, int error);

}  // namespace muniment
