// What is known of a certificate: its fingerprint and its end.
#pragma once

#include <openssl/types.h>

#include <filesystem>
#include <stdexcept>

#include "tools/server/token_file.h"

namespace muniment {

struct CertificateUnreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CertificateFacts {
  TokenHash fingerprint;  // SHA-256 of its DER.
  Timestamp expires_at;
};

TokenHash fingerprint_of(const X509* certificate);
Timestamp end_of(const X509* certificate);

// Of the first certificate of a PEM file. Throws CertificateUnreadable.
CertificateFacts read_certificate(const std::filesystem::path& file);

}  // namespace muniment
