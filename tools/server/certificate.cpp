#include "tools/server/certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <memory>

namespace muniment {

TokenHash fingerprint_of(const X509* certificate) {
  TokenHash out{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), out.data(), &size);
  return out;
}

Timestamp end_of(const X509* certificate) {
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return Timestamp{0};
  return Timestamp{std::min<std::int64_t>(::timegm(&time), std::numeric_limits<std::int64_t>::max() / ns_a_second) * ns_a_second};
}

CertificateFacts read_certificate(const std::filesystem::path& file) {
  const auto close = [](std::FILE* stream) { std::fclose(stream); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "re"), close);
  if (!in) throw CertificateUnreadable("cannot read " + file.string());
  const auto free = [](X509* certificate) { X509_free(certificate); };
  const std::unique_ptr<X509, decltype(free)> certificate(PEM_read_X509(in.get(), nullptr, nullptr, nullptr), free);
  ERR_clear_error();
  if (!certificate) throw CertificateUnreadable(file.string() + " has no certificate in PEM");
  return {.fingerprint = fingerprint_of(certificate.get()), .expires_at = end_of(certificate.get())};
}

}  // namespace muniment
