#include "tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <stdexcept>

namespace muniment {

struct TlsClient::Parts {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* session = nullptr;
  ~Parts() {
    SSL_free(session);
    SSL_CTX_free(context);
  }
};

TlsClient::TlsClient(std::uint16_t port, const TlsClientOptions& options) : SocketClient(port), parts_(std::make_unique<Parts>()) {
  SSL_CTX* const context = parts_->context;
  if (!options.authority.empty()) {
    SSL_CTX_load_verify_locations(context, options.authority.c_str(), nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (options.version_max != 0) SSL_CTX_set_max_proto_version(context, options.version_max);
  if (options.version_max != 0) SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_security_level(context, 0);  // What is too weak is the other side's to refuse.
  if (!options.certificate.empty()) {
    SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM);
  }
  parts_->session = SSL_new(context);
  SSL_set_fd(parts_->session, socket());
  SSL_set1_host(parts_->session, "localhost");
  const auto* protocols = reinterpret_cast<const unsigned char*>(options.protocols.data());
  if (!options.protocols.empty()) SSL_set_alpn_protos(parts_->session, protocols, static_cast<unsigned>(options.protocols.size()));
  if (SSL_connect(parts_->session) == 1) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  throw std::runtime_error(text.data());
}

TlsClient::~TlsClient() = default;

std::string TlsClient::version() const { return SSL_get_version(parts_->session); }

std::string TlsClient::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(parts_->session, &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

std::string TlsClient::server_name() const {
  std::array<char, 128> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(parts_->session)), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

bool TlsClient::has_session_to_resume() const { return SSL_SESSION_is_resumable(SSL_get0_session(parts_->session)) == 1; }

long TlsClient::write_some(std::string_view bytes) { return SSL_write(parts_->session, bytes.data(), static_cast<int>(bytes.size())); }

long TlsClient::read_some_into(std::span<char> space) { return SSL_read(parts_->session, space.data(), static_cast<int>(space.size())); }

bool TlsClient::has_buffered() const { return SSL_has_pending(parts_->session) == 1; }

}  // namespace muniment
