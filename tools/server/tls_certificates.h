// The node's certificate and key: what new connections are secured with, and how long it is valid. TLS 1.2 and 1.3, with forward secrecy
// and authenticated ciphers alone.
//
// On the thread of the sockets alone.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>

#include "events/values/timestamp.h"
#include "tools/server/settings.h"

namespace boost::asio::ssl {
class context;  // NOLINT(readability-identifier-naming): Asio's.
}

namespace muniment {

// A file cannot be used. Says which and why, and nothing of what is in a key.
struct TlsRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class TlsCertificates {
 public:
  // Throws TlsRefused.
  explicit TlsCertificates(const TlsSettings& settings);

  // Reads the files again. Throws TlsRefused; then what was read before stays.
  void reload();
  // For connections that begin now.
  const std::shared_ptr<boost::asio::ssl::context>& context() const { return context_; }
  // The end of the first certificate of the chain to end.
  Timestamp expires_at() const { return expires_at_; }
  // The end of the first authority of machines to end; nothing where none is named.
  std::optional<Timestamp> authorities_expire_at() const { return authorities_expire_at_; }

 private:
  TlsSettings settings_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  Timestamp expires_at_;
  std::optional<Timestamp> authorities_expire_at_;
};

}  // namespace muniment
