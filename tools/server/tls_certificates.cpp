#include "tools/server/tls_certificates.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <boost/asio/ssl/context.hpp>

#include "tools/server/certificate.h"

namespace muniment {
namespace {

namespace ssl = boost::asio::ssl;

// Of TLS 1.2; those of 1.3 are all of this kind.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view what) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  throw TlsRefused(fmt::format("{} {}{}{}", file.string(), what, reason == nullptr ? "" : ": ", reason == nullptr ? "" : reason));
}

// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

// HTTP/1.1, or the client's other protocols are refused. One that names none gets HTTP/1.1 too.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
  static constexpr std::string_view http_1_1 = "http/1.1";
  std::string_view offered{reinterpret_cast<const char*>(in), in_size};
  while (!offered.empty()) {
    const auto size = static_cast<unsigned char>(offered.front());
    const std::string_view name = offered.substr(1, size);
    if (name == http_1_1) {
      *out = reinterpret_cast<const unsigned char*>(name.data());
      *out_size = size;
      return SSL_TLSEXT_ERR_OK;
    }
    offered.remove_prefix(std::min(offered.size(), std::size_t{1} + size));
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Timestamp end_of_chain(SSL_CTX* context) {
  Timestamp first = end_of(SSL_CTX_get0_certificate(context));
  STACK_OF(X509)* others = nullptr;
  SSL_CTX_get0_chain_certs(context, &others);  // NOLINT(bugprone-multi-level-implicit-pointer-conversion): a macro's.
  for (int i = 0; i < sk_X509_num(others); ++i) first = std::min(first, end_of(sk_X509_value(others, i)));
  return first;
}

std::optional<Timestamp> end_of_authorities(SSL_CTX* context) {
  std::optional<Timestamp> first;
  STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    const X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (certificate == nullptr) continue;  // A list of revocations.
    const Timestamp end = end_of(certificate);
    first = first ? std::min(*first, end) : end;
  }
  return first;
}

// A client may show none. Each handshake is a whole one, so that what is revoked or has expired is not taken up again from an earlier one.
void ask_for_certificates(SSL_CTX* context, const std::filesystem::path& authorities) {
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(authorities.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(context, authorities.c_str(), nullptr) != 1)
    refuse(authorities, "has no certificate that can be used");
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

std::shared_ptr<ssl::context> load(const TlsSettings& settings) {
  auto out = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const context = out->native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(context, ciphers);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, &no_passphrase);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1)
    refuse(settings.certificate, "has no certificate that can be used");
  if (SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) != 1)
    refuse(settings.key, "has no key that can be used; expected PEM without a passphrase, of the certificate's key");
  if (SSL_CTX_check_private_key(context) != 1) refuse(settings.key, "is not the key of the certificate");
  if (!settings.client_ca.empty()) ask_for_certificates(context, settings.client_ca);
  return out;
}

}  // namespace

TlsCertificates::TlsCertificates(const TlsSettings& settings) : settings_(settings) { reload(); }

void TlsCertificates::reload() {
  auto fresh = load(settings_);
  expires_at_ = end_of_chain(fresh->native_handle());
  authorities_expire_at_ = end_of_authorities(fresh->native_handle());
  context_ = std::move(fresh);
}

}  // namespace muniment
